"""Many small manifests, one for each thing that linters of manifests look for, and what our checks say of each.

Most are what a rule of kube-linter, kube-score, Polaris, Checkov or Trivy is about; the manifests are our own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

BAD = ("fail",)
OK = ("pass", "not-applicable")
UN = ("fail", "unproven")
C = "{name: web, image: 'nginx:1.27.1'}"


class Small(NamedTuple):
    """A rule, the check that is asked, the outcomes that are right, the manifests, and parameters."""

    rule: str
    check: str
    outcomes: tuple[str, ...]
    text: str
    params: dict[str, Any]


CASES: list[Small] = []


def t(rule: str, check: str, outcomes: tuple[str, ...], *docs: str, **params: Any) -> None:
    CASES.append(Small(rule, check, outcomes, "---\n".join(docs), params))


def dep(
    spec: str = "",
    meta: str = "name: app",
    pod: str = "",
    c: str = C,
    labels: str = "app: web",
    sel: str = "app: web",
    kind: str = "Deployment",
    api: str = "apps/v1",
    podmeta: str = "",
) -> str:
    """A workload, with more lines where they are given."""
    return f"""apiVersion: {api}
kind: {kind}
metadata: {{{meta}}}
spec:
  {spec}
  selector: {{matchLabels: {{{sel}}}}}
  template:
    metadata: {{labels: {{{labels}}}{podmeta}}}
    spec:
      {pod}
      containers: [{c}]
"""


def obj(api: str, kind: str, rest: str, name: str = "x") -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}\n"


def role(kind: str, groups: str, resources: str, verbs: str) -> str:
    rule = f"{{apiGroups: [{groups}], resources: [{resources}], verbs: [{verbs}]}}"
    return obj("rbac.authorization.k8s.io/v1", kind, f"rules: [{rule}]")


def bound(kind: str, of: str, name: str, subject: str) -> str:
    group = "rbac.authorization.k8s.io"
    rest = f"roleRef: {{apiGroup: {group}, kind: {of}, name: {name}}}\nsubjects: [{{{subject}}}]"
    return obj(f"{group}/v1", kind, rest)


def pod(containers: str = C, meta: str = "name: p") -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{{meta}}}\nspec: {{containers: [{containers}]}}\n"


def cc(extra: str) -> str:
    return "{name: web, image: 'nginx:1.27.1', " + extra + "}"


def svc(sel: str, port: str = "{port: 80}", name: str = "s") -> str:
    return obj("v1", "Service", f"spec: {{selector: {{{sel}}}, ports: [{port}]}}", name)


def hpa(kind: str = "Deployment", name: str = "app", mn: int = 2, mx: int = 5) -> str:
    target = f"{{apiVersion: apps/v1, kind: {kind}, name: {name}}}"
    spec = f"spec: {{minReplicas: {mn}, maxReplicas: {mx}, scaleTargetRef: {target}}}"
    return obj("autoscaling/v2", "HorizontalPodAutoscaler", spec, "h")


for k, api in (
    ("Deployment", "apps/v1"),
    ("StatefulSet", "apps/v1"),
    ("DaemonSet", "apps/v1"),
    ("ReplicaSet", "apps/v1"),
    ("ReplicationController", "v1"),
    ("DeploymentConfig", "apps.openshift.io/v1"),
    ("Job", "batch/v1"),
):
    t("latest tag " + k, "image-tag", BAD, dep(kind=k, api=api, c="{name: web, image: 'nginx:latest'}"))
    t("no tag " + k, "image-tag", BAD, dep(kind=k, api=api, c="{name: web, image: nginx}"))
    t("fixed tag " + k, "image-tag", OK, dep(kind=k, api=api, c=C))
    t("no probes " + k, "readiness-probe", OK if k == "Job" else BAD, dep(kind=k, api=api, c=C))
    t("no liveness " + k, "liveness-probe", OK if k == "Job" else BAD, dep(kind=k, api=api, c=C))
    t(
        "priv " + k,
        "pod-security",
        BAD,
        dep(kind=k, api=api, c=cc("securityContext: {privileged: true}")),
        profile="baseline",
    )
    t("unset mem " + k, "memory-limit", BAD, dep(kind=k, api=api, c=C))
    t("unset cpu " + k, "resource-requests", BAD, dep(kind=k, api=api, c=C))
    t(
        "secret env " + k,
        "secrets-in-manifests",
        BAD,
        dep(kind=k, api=api, c=cc("env: [{name: DB_PASSWORD, value: hunter2xx}]")),
    )
    t("ro root " + k, "read-only-root", BAD, dep(kind=k, api=api, c=C))
    t("default sa" + k, "service-account", BAD, dep(kind=k, api=api, c=C))
t(
    "cron latest",
    "image-tag",
    BAD,
    obj(
        "batch/v1",
        "CronJob",
        "spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, "
        "containers: [{name: a, image: 'a:latest'}]}}}}}",
    ),
)
t("hostnetwork", "pod-security", BAD, dep(pod="hostNetwork: true"), profile="baseline")
t("hostpid", "pod-security", BAD, dep(pod="hostPID: true"), profile="baseline")
t("hostipc", "pod-security", BAD, dep(pod="hostIPC: true"), profile="baseline")
t(
    "docker sock",
    "pod-security",
    BAD,
    dep(pod="volumes: [{name: d, hostPath: {path: /var/run/docker.sock}}]"),
    profile="baseline",
)
t(
    "host mount",
    "pod-security",
    BAD,
    dep(pod="volumes: [{name: d, hostPath: {path: /etc}}]"),
    profile="baseline",
)
t(
    "hostport",
    "pod-security",
    BAD,
    dep(c=cc("ports: [{containerPort: 80, hostPort: 80}]")),
    profile="baseline",
)
t(
    "netraw",
    "pod-security",
    BAD,
    dep(c=cc("securityContext: {capabilities: {add: [NET_RAW]}}")),
    profile="restricted",
)
t(
    "sysadmin",
    "pod-security",
    BAD,
    dep(c=cc("securityContext: {capabilities: {add: [SYS_ADMIN]}}")),
    profile="baseline",
)
t(
    "all caps",
    "pod-security",
    BAD,
    dep(c=cc("securityContext: {capabilities: {add: [ALL]}}")),
    profile="baseline",
)
t("procmount", "pod-security", BAD, dep(c=cc("securityContext: {procMount: Unmasked}")), profile="baseline")
t(
    "sysctls unsafe",
    "pod-security",
    BAD,
    dep(pod="securityContext: {sysctls: [{name: kernel.sem, value: '1'}]}"),
    profile="baseline",
)
t(
    "sysctls safe",
    "pod-security",
    OK,
    dep(pod="securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}"),
    profile="baseline",
)
t(
    "seccomp unconfined",
    "pod-security",
    BAD,
    dep(pod="securityContext: {seccompProfile: {type: Unconfined}}"),
    profile="baseline",
)
t(
    "apparmor unconfined",
    "pod-security",
    BAD,
    dep(podmeta=", annotations: {container.apparmor.security.beta.kubernetes.io/web: unconfined}"),
    profile="baseline",
)
t(
    "selinux",
    "pod-security",
    BAD,
    dep(pod="securityContext: {seLinuxOptions: {type: spc_t}}"),
    profile="baseline",
)
t("root", "pod-security", BAD, dep(), profile="restricted")
t(
    "uid 0",
    "pod-security",
    BAD,
    dep(pod="securityContext: {runAsUser: 0, runAsNonRoot: true}"),
    profile="restricted",
)
t(
    "privesc",
    "pod-security",
    BAD,
    dep(c=cc("securityContext: {allowPrivilegeEscalation: true}")),
    profile="restricted",
)
t("dangling service", "selectors", BAD, svc("app: other"), dep())
t("ok service", "selectors", OK, svc("app: web"), dep())
t("ok svc sts", "selectors", OK, svc("app: web"), dep(kind="StatefulSet"))
t(
    "ok svc pod",
    "selectors",
    OK,
    svc("app: web"),
    pod(meta="name: p, labels: {app: web}"),
)
t(
    "ok svc dc",
    "selectors",
    OK,
    svc("app: web"),
    dep(kind="DeploymentConfig", api="apps.openshift.io/v1").replace(
        "selector: {matchLabels: {app: web}}", "selector: {app: web}"
    ),
)
t(
    "ok svc rc",
    "selectors",
    OK,
    svc("app: web"),
    dep(kind="ReplicationController", api="v1").replace(
        "selector: {matchLabels: {app: web}}", "selector: {app: web}"
    ),
)
t("dangling svc alone", "selectors", UN, svc("app: other"))
t("mismatching selector", "selectors", BAD, dep(sel="app: other"))
t("no selector", "selectors", BAD, dep().replace("  selector: {matchLabels: {app: web}}\n", ""))
t("empty selector", "selectors", BAD, dep().replace("{matchLabels: {app: web}}", "{}"))
t("dangling hpa", "autoscaler", BAD, hpa(name="nope"), dep())
t("hpa alone", "autoscaler", UN, hpa(name="nope"))
t("hpa kind", "autoscaler", UN, hpa(kind="StatefulSet"), dep())
t("hpa ok", "autoscaler", OK, hpa(), dep())
t("hpa min 1", "autoscaler", BAD, hpa(mn=1), dep())
t("hpa no room", "autoscaler", BAD, hpa(mn=5), dep())
t("hpa fights", "autoscaler", ("fail", "warn"), hpa(), dep(spec="replicas: 3"))
t(
    "np dangling",
    "selectors",
    BAD,
    obj(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "spec: {podSelector: {matchLabels: {app: nope}}, policyTypes: [Ingress]}",
    ),
    dep(),
)
t(
    "np peer dangling",
    "selectors",
    UN,
    obj(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], "
        "ingress: [{from: [{podSelector: {matchLabels: {app: nope}}}]}]}",
    ),
    dep(),
)
t("np none", "network-policy", UN, dep())
t(
    "pdb dangling",
    "selectors",
    BAD,
    obj(
        "policy/v1", "PodDisruptionBudget", "spec: {maxUnavailable: 1, selector: {matchLabels: {app: nope}}}"
    ),
    dep(),
)
t(
    "pdb 0",
    "disruption-allowed",
    BAD,
    obj("policy/v1", "PodDisruptionBudget", "spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}"),
    dep(spec="replicas: 3"),
)
t(
    "pdb 100%",
    "disruption-allowed",
    BAD,
    obj(
        "policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 100%, selector: {matchLabels: {app: web}}}"
    ),
    dep(spec="replicas: 3"),
)
t(
    "pdb = replicas",
    "disruption-allowed",
    BAD,
    obj("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}"),
    dep(spec="replicas: 3"),
)
t(
    "pdb ok",
    "disruption-allowed",
    OK,
    obj("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}"),
    dep(spec="replicas: 3"),
)
t("no pdb", "disruption-budget", BAD, dep(spec="replicas: 3"))
t(
    "sa missing",
    "service-account",
    UN,
    dep(pod="serviceAccountName: ghost"),
    obj("v1", "ServiceAccount", "", "other"),
)
t(
    "sa deprecated field",
    "service-account",
    UN,
    dep(pod="serviceAccount: ghost"),
    obj("v1", "ServiceAccount", "", "other"),
)
t(
    "sa automount",
    "service-account",
    BAD,
    dep(pod="serviceAccountName: own\n      automountServiceAccountToken: true"),
    obj("v1", "ServiceAccount", "", "own"),
)
t(
    "sa ok",
    "service-account",
    OK,
    dep(pod="serviceAccountName: own\n      automountServiceAccountToken: false"),
    obj("v1", "ServiceAccount", "", "own"),
)
t(
    "wildcard",
    "rbac",
    BAD,
    role("ClusterRole", "'*'", "'*'", "'*'"),
)
t(
    "wildcard verbs",
    "rbac",
    BAD,
    role("Role", "''", "pods", "'*'"),
)
t(
    "wildcard resources",
    "rbac",
    BAD,
    role("Role", "''", "'*'", "get"),
)
t(
    "cluster-admin binding",
    "rbac",
    BAD,
    bound(
        "ClusterRoleBinding", "ClusterRole", "cluster-admin", "kind: ServiceAccount, name: a, namespace: b"
    ),
)
t(
    "secrets access",
    "rbac",
    OK,
    role("ClusterRole", "''", "secrets", "get, list"),
)
t(
    "create pods",
    "rbac",
    OK,
    role("ClusterRole", "''", "pods", "create"),
)
t(
    "escalate",
    "rbac",
    BAD,
    role("ClusterRole", "rbac.authorization.k8s.io", "roles", "escalate"),
)
t(
    "impersonate",
    "rbac",
    BAD,
    role("ClusterRole", "''", "users", "impersonate"),
)
t(
    "bind",
    "rbac",
    BAD,
    role("ClusterRole", "rbac.authorization.k8s.io", "clusterroles", "bind"),
)
t(
    "webhook control",
    "rbac",
    BAD,
    role("ClusterRole", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "create, update"),
)
t(
    "csr approve",
    "rbac",
    BAD,
    obj(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        "rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]},"
        "{apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}]",
    ),
)
t(
    "nodes/proxy",
    "rbac",
    BAD,
    role("ClusterRole", "''", "nodes/proxy", "get"),
)
t(
    "sa token create",
    "rbac",
    BAD,
    role("ClusterRole", "''", "serviceaccounts/token", "create"),
)
t(
    "pv create",
    "rbac",
    BAD,
    role("ClusterRole", "''", "persistentvolumes", "create"),
)
t(
    "anonymous bind",
    "rbac",
    BAD,
    bound(
        "ClusterRoleBinding",
        "ClusterRole",
        "view",
        "kind: User, name: 'system:anonymous', apiGroup: rbac.authorization.k8s.io",
    ),
)
t(
    "unauth bind",
    "rbac",
    BAD,
    bound(
        "RoleBinding",
        "Role",
        "view",
        "kind: Group, name: 'system:unauthenticated', apiGroup: rbac.authorization.k8s.io",
    ),
)
t(
    "masters bind",
    "rbac",
    OK,
    bound(
        "ClusterRoleBinding",
        "ClusterRole",
        "view",
        "kind: Group, name: 'system:masters', apiGroup: rbac.authorization.k8s.io",
    ),
)
t(
    "secrets asked",
    "rbac",
    BAD,
    role("ClusterRole", "''", "secrets", "get, list"),
    grants=["get secrets"],
)
t(
    "create pods asked",
    "rbac",
    BAD,
    role("ClusterRole", "''", "pods", "create"),
    grants=["create pods"],
)
t(
    "read pods ok",
    "rbac",
    OK,
    role("Role", "''", "pods", "get, list, watch"),
)
t(
    "ingress dangling",
    "references",
    BAD,
    obj(
        "networking.k8s.io/v1",
        "Ingress",
        "spec: {rules: [{host: a.b, http: {paths: [{path: /, pathType: Prefix, "
        "backend: {service: {name: nope, port: {number: 80}}}}]}}]}",
    ),
    svc("app: web"),
    dep(),
)
t(
    "ingress no tls",
    "ingress-tls",
    BAD,
    obj(
        "networking.k8s.io/v1",
        "Ingress",
        "spec: {rules: [{host: a.b, http: {paths: [{path: /, pathType: Prefix, "
        "backend: {service: {name: s, port: {number: 80}}}}]}}]}",
    ),
)
t(
    "liveness port",
    "probes-sane",
    BAD,
    dep(c=cc("ports: [{containerPort: 80}], livenessProbe: {httpGet: {path: /, port: 8080}}")),
)
t(
    "readiness port name",
    "probes-sane",
    BAD,
    dep(c=cc("ports: [{containerPort: 80, name: http}], readinessProbe: {httpGet: {path: /, port: web}}")),
)
t(
    "startup port",
    "probes-sane",
    BAD,
    dep(c=cc("ports: [{containerPort: 80}], startupProbe: {tcpSocket: {port: 81}}")),
)
t(
    "grpc port",
    "probes-sane",
    BAD,
    dep(c=cc("ports: [{containerPort: 80}], livenessProbe: {grpc: {port: 81}}")),
)
t(
    "identical probes",
    "probes-sane",
    BAD,
    dep(
        c=cc(
            "ports: [{containerPort: 80}], livenessProbe: {httpGet: {path: /, port: 80}}, "
            "readinessProbe: {httpGet: {path: /, port: 80}}"
        )
    ),
)
t("probes no ports", "probes-sane", BAD, dep(c=cc("livenessProbe: {httpGet: {path: /live, port: 80}}")))
t("replicas 1", "replicas", BAD, dep(spec="replicas: 1"))
t("replicas absent", "replicas", BAD, dep())
t("replicas 3", "replicas", OK, dep(spec="replicas: 3"))
t("no antiaff", "spread", BAD, dep(spec="replicas: 3"))
t("recreate", "rollout-strategy", BAD, svc("app: web"), dep(spec="replicas: 3\n  strategy: {type: Recreate}"))
t(
    "maxUnav 100",
    "rollout-strategy",
    BAD,
    dep(spec="replicas: 3\n  strategy: {rollingUpdate: {maxUnavailable: 100%}}"),
)
t("ext v1beta1", "api-versions", BAD, dep(api="extensions/v1beta1"))
t("apps v1beta2", "api-versions", BAD, dep(api="apps/v1beta2"))
t("cron v1beta1", "api-versions", BAD, obj("batch/v1beta1", "CronJob", "spec: {}"))
t("psp", "api-versions", BAD, obj("policy/v1beta1", "PodSecurityPolicy", "spec: {}"))
t("hpa v2beta2", "api-versions", BAD, obj("autoscaling/v2beta2", "HorizontalPodAutoscaler", "spec: {}"))
t(
    "cronjob nothing",
    "cron-jobs",
    BAD,
    obj(
        "batch/v1",
        "CronJob",
        "spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, "
        "containers: [{name: a, image: 'a:1'}]}}}}}",
    ),
)
t(
    "job ttl",
    "cron-jobs",
    BAD,
    obj(
        "batch/v1",
        "Job",
        "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}",
    ),
)
t(
    "secret from literal configmap",
    "secrets-in-manifests",
    BAD,
    obj("v1", "ConfigMap", "data: {DB_PASSWORD: hunter2xx}"),
)
t("aws key", "secrets-in-manifests", BAD, obj("v1", "ConfigMap", "data: {x: 'AKIAIOSFODNN7EXAMPLQ'}"))
t(
    "private key",
    "secrets-in-manifests",
    BAD,
    obj("v1", "ConfigMap", "data: {x: '-----BEGIN RSA PRIVATE KEY-----'}"),
)
t("secret data", "secrets-in-manifests", BAD, obj("v1", "Secret", "data: {password: aHVudGVyMnh4}"))
t(
    "env secretref ok",
    "secrets-in-manifests",
    OK,
    dep(c=cc("env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}]")),
)
t(
    "env from missing cm",
    "references",
    BAD,
    dep(c=cc("envFrom: [{configMapRef: {name: nope}}]")),
    obj("v1", "ConfigMap", "data: {a: b}", "other"),
)
t(
    "cm key missing",
    "references",
    BAD,
    dep(c=cc("env: [{name: A, valueFrom: {configMapKeyRef: {name: x, key: nope}}}]")),
    obj("v1", "ConfigMap", "data: {a: b}", "x"),
)
t("sts no service", "references", UN, dep(kind="StatefulSet", spec="serviceName: nope"), svc("app: web"))
t("sts no serviceName", "references", OK, dep(kind="StatefulSet"), svc("app: web"))
t("env var dup", "references", OK, dep())
t("duplicate env", "secrets-in-manifests", OK, dep(c=cc("env: [{name: A, value: b},{name: A, value: c}]")))
t(
    "target port name",
    "selectors",
    BAD,
    svc("app: web", "{port: 80, targetPort: nope}"),
    dep(c=cc("ports: [{containerPort: 80, name: http}]")),
)
t(
    "servicemonitor dangling",
    "selectors",
    UN,
    obj(
        "monitoring.coreos.com/v1",
        "ServiceMonitor",
        "spec: {selector: {matchLabels: {app: nope}}, endpoints: [{port: http}]}",
    ),
    svc("app: web"),
    dep(),
)
t("ssh port", "pod-security", OK, dep(c=cc("ports: [{containerPort: 22}]")), profile="baseline")
t("restartPolicy in deployment", "api-versions", OK, dep(pod="restartPolicy: Always"))
t(
    "bare pod",
    "replicas",
    BAD,
    pod(),
)
t("grace 0", "graceful-stop", BAD, svc("app: web"), dep(pod="terminationGracePeriodSeconds: 0"))
t("no labels", "labels", BAD, dep())
t("null container", "image-tag", BAD, dep(c="null"))
t(
    "empty template",
    "image-tag",
    BAD,
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n",
)
t(
    "list",
    "image-tag",
    BAD,
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n"
    "  spec: {containers: [{name: a, image: 'x:latest'}]}\n",
)
t("int label", "labels", BAD, dep(meta="name: a, labels: {v: 1}"))
t("init container latest", "image-tag", BAD, dep(pod="initContainers: [{name: i, image: 'x:latest'}]"))
t("digest", "image-digest", OK, dep(c="{name: a, image: 'x@sha256:" + "a" * 64 + "'}"))
t("no digest", "image-digest", BAD, dep())
