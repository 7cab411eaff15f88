package io.moka.kubelet.server;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;

/// Writes the result of a command for the error channel.
final class ExitStatus {

    private ExitStatus() {
    }

    static Status of(int exitCode) {
        if (exitCode == 0 || exitCode < 0) {
            return new StatusBuilder().withStatus("Success").build();
        }
        return new StatusBuilder().withStatus("Failure").withReason("NonZeroExitCode")
                .withMessage("command terminated with non-zero exit code: exit status " + exitCode)
                .withNewDetails().addNewCause().withReason("ExitCode").withMessage(Integer.toString(exitCode)).endCause().endDetails().build();
    }

    static Status failure(String message) {
        return new StatusBuilder().withStatus("Failure").withReason("InternalError").withMessage(message).withCode(500).build();
    }
}
