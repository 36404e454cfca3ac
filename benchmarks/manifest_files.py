"""Manifests as a company with many small services has them.

An application is ten objects, a namespace twenty applications. Four applications in forty have a fault each,
of a sort that is met: a floating tag, no probe, no limit, a way to more privileges. Each number of documents is written
the same every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

OF_AN_APPLICATION = 10
_IN_A_NAMESPACE = 20
_FAULTY = 40
_REGISTRY = "registry.example.com"
_WORDS = ("orders", "basket", "search", "ledger", "mailer", "stock", "prices", "images", "reviews", "login")

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {part}
    app.kubernetes.io/version: "{version}"
spec:
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      serviceAccountName: {name}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: {name}
      containers:
        - name: {word}
          image: {image}
          ports:
            - name: http
              containerPort: 8080
          envFrom:
            - configMapRef:
                name: {name}
{probe}          livenessProbe:
            tcpSocket:
              port: http
            periodSeconds: 20
          lifecycle:
            preStop:
              exec:
                command: [sleep, "5"]
          resources:
            requests:
              cpu: {cpu}m
              memory: {memory}Mi
{limits}          securityContext:
            allowPrivilegeEscalation: {escalation}
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
"""
_PROBE = """\
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
"""
_LIMITS = """\
            limits:
              memory: {memory}Mi
"""
_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
_CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
  LOG_LEVEL: info
  UPSTREAM_URL: http://{other}.{namespace}.svc.cluster.local
  settings.ini: |
    # what {name} does when the upstream is slow
    [upstream]
    timeout = {number} ms
    retries = 3
"""
_SERVICE_ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: {namespace}
automountServiceAccountToken: false
"""
_BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {name}
  namespace: {namespace}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
"""
_AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  namespace: {namespace}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {name}
  minReplicas: 3
  maxReplicas: 12
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
"""
_NETWORK_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
  podSelector:
    matchExpressions:
      - key: app.kubernetes.io/name
        operator: In
        values: [{name}, {name}-sweep]
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: {other}
      ports:
        - port: 8080
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
      ports:
        - port: 53
          protocol: UDP
"""
_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {name}
  namespace: {namespace}
rules:
  - apiGroups: [""]
    resources: [configmaps]
    resourceNames: [{name}]
    verbs: [get, watch]
"""
_ROLE_BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {name}
  namespace: {namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}
subjects:
  - kind: ServiceAccount
    name: {name}
    namespace: {namespace}
"""
_INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: {namespace}
spec:
  ingressClassName: nginx
  tls:
    - hosts: [{name}.shop.example.com]
      secretName: {name}-tls
  rules:
    - host: {name}.shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  name: http
"""
_CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}-sweep
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}-sweep
spec:
  schedule: "{minute} 3 * * *"
  timeZone: Etc/UTC
  startingDeadlineSeconds: 600
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 2
      activeDeadlineSeconds: 900
      template:
        metadata:
          labels:
            app.kubernetes.io/name: {name}-sweep
        spec:
          restartPolicy: OnFailure
          serviceAccountName: {name}
          securityContext:
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: sweep
              image: {image}
              args: [sweep, --older-than, 30d]
              resources:
                requests:
                  cpu: 50m
                  memory: 64Mi
                limits:
                  memory: 128Mi
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: [ALL]
"""
_ALWAYS = (
    _DEPLOYMENT,
    _SERVICE,
    _CONFIG_MAP,
    _SERVICE_ACCOUNT,
    _BUDGET,
    _AUTOSCALER,
    _NETWORK_POLICY,
    _ROLE,
    _ROLE_BINDING,
)


def documents(count: int) -> Iterator[tuple[str, str]]:
    """So many documents, each with its namespace."""
    for number in range(-(-count // OF_AN_APPLICATION)):
        values = _values(number)
        forms = (*_ALWAYS, _CRON_JOB if number % 4 == 0 else _INGRESS)
        for form in forms[: count - number * OF_AN_APPLICATION]:
            yield values["namespace"], form.format_map(values)


def write(count: int, folder: Path) -> Sequence[Path]:
    """Write so many documents, a file for each namespace; the files in their order."""
    files: dict[str, list[str]] = {}
    for namespace, document in documents(count):
        files.setdefault(namespace, []).append(document)
    folder.mkdir(parents=True, exist_ok=True)
    for namespace, found in files.items():
        (folder / f"{namespace}.yaml").write_text("---\n".join(found), encoding="utf-8")
    return sorted(folder.iterdir())


def _name(number: int) -> str:
    return f"{_WORDS[number % len(_WORDS)]}-{number:04}"


def _values(number: int) -> dict[str, str]:
    word = _WORDS[number % len(_WORDS)]
    fault = number % _FAULTY
    memory = str(128 + number % 7 * 64)
    version = f"1.{number % 30}.{number % 9}"
    image = f"{_REGISTRY}/shop/{word}:{version}@sha256:{sha256(version.encode()).hexdigest()}"
    return {
        "name": _name(number),
        "other": _name(number + 1 if (number + 1) % _IN_A_NAMESPACE else number + 1 - _IN_A_NAMESPACE),
        "namespace": f"team-{number // _IN_A_NAMESPACE:04}",
        "part": "shop",
        "word": word,
        "version": version,
        "image": f"{_REGISTRY}/shop/{word}:latest" if fault == 7 else image,
        "probe": "" if fault == 13 else _PROBE,
        "limits": "" if fault == 21 else _LIMITS.format(memory=memory),
        "escalation": "true" if fault == 33 else "false",
        "cpu": str(50 + number % 9 * 25),
        "memory": memory,
        "number": str(200 + number % 50 * 10),
        "minute": str(number % 60),
    }
