package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.LogRequest;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the termination message of a container: the end of its message file, or the end of its log if it failed and its policy says so.
public final class TerminationMessages {

    private static final Logger log = LoggerFactory.getLogger(TerminationMessages.class);
    private static final int FILE_BYTES = 4_096;
    private static final int LOG_BYTES = 2_048;
    private static final int LOG_LINES = 80;

    private final ContainerRuntime runtime;

    public TerminationMessages(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    public String of(Path podDirectory, Container container, ContainerRecord record, ContainerState.Exited end) {
        var message = file(PodFiles.terminationLog(podDirectory, record.name(), record.attempt()));
        if (message.isEmpty() && end.exitCode() != 0 && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy())) {
            message = log(record.id());
        }
        return message.isEmpty() ? end.error() : message;
    }

    private static String file(Path path) {
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                return "";
            }
            try (var in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                in.skipNBytes(Math.max(0, Files.size(path) - FILE_BYTES));
                return new String(in.readNBytes(FILE_BYTES), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return "Error on reading termination log " + path + ": " + e.getMessage();
        }
    }

    private String log(String id) {
        var output = new ByteArrayOutputStream();
        try {
            runtime.logs(id, LogRequest.tail(LOG_LINES), (stream, bytes) -> output.writeBytes(bytes));
        } catch (RuntimeFailure e) {
            log.debug("the log of {} can't be read: {}", id, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var text = output.toString(StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - LOG_BYTES));
    }
}
