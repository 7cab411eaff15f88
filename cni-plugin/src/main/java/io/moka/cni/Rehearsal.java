package io.moka.cni;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Uses once what is slow at its first use, before the plugin has its input: the JSON library (which reads the time zones), the configuration's patterns, the
/// providers of digests. Together they took two thirds of the time between the input and the answer.
final class Rehearsal {

    private static final byte[] SAMPLE = """
            {"cniVersion": "1.1.0", "name": "sample", "bridge": "sample", "mtu": 1500, "ipMasq": true, "policyTable": "sample", "clusterCidr": "10.0.0.0/8",
             "ipam": {"subnet": "10.0.0.0/24", "dataDir": "/sample"},
             "runtimeConfig": {"portMappings": [{"hostPort": 1, "containerPort": 1, "protocol": "tcp"}]}}
            """.getBytes(StandardCharsets.UTF_8);

    private Rehearsal() {
    }

    /// Changes nothing. An environment that is not valid is for the plugin itself to refuse.
    static void run(Map<String, String> environment) {
        try {
            var sample = JsonObject.parse(SAMPLE);
            NetworkConfig.parse(sample, true);
            Attachment.of(environment).hostInterface();
            sample.toString();
        } catch (CniException e) {
            // the environment's fault
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
