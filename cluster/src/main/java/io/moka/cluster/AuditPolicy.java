package io.moka.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.machinery.pki.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The audit policy of a new cluster: logs the user, verb, object and time of each request, without contents. An existing policy stays as it is.
final class AuditPolicy {

    /// Leaves out health checks, and the leases that all components renew every few seconds: they would be most of the log.
    private static final String POLICY = """
            {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [
              {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*"]},
              {"level": "None", "userGroups": ["system:nodes"], "resources": [{"group": "coordination.k8s.io", "resources": ["leases"]}]},
              {"level": "None", "users": ["system:kube-controller-manager", "system:kube-scheduler"], "resources": [{"group": "coordination.k8s.io", "resources": ["leases"]}]},
              {"level": "Metadata"}
            ]}
            """;

    private AuditPolicy() {
    }

    static Path file(Layout layout) {
        return layout.root().resolve("audit-policy.json");
    }

    static void ensure(Layout layout) throws IOException {
        if (!Files.exists(file(layout))) {
            PrivateFiles.write(file(layout), POLICY.getBytes(UTF_8));
        }
    }
}
