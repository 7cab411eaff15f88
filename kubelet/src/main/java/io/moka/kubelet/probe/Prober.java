package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// Asks a container one question.
public final class Prober {

    private final ContainerRuntime runtime;

    public Prober(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    ProbeResult ask(Subject subject, Probe probe) {
        var timeout = Duration.ofSeconds(probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds());
        try {
            if (probe.getExec() != null) {
                return exec(subject, probe.getExec().getCommand(), timeout);
            } else if (probe.getHttpGet() != null) {
                return HttpCheck.get(subject, probe.getHttpGet(), timeout);
            } else if (probe.getTcpSocket() != null) {
                return connect(subject, probe.getTcpSocket(), timeout);
            }
            return new ProbeResult.Failure("missing probe handler for " + subject.container().getName());
        } catch (IllegalArgumentException | RuntimeFailure e) {
            return new ProbeResult.Failure(String.valueOf(e.getMessage()));
        }
    }

    private ProbeResult exec(Subject subject, List<String> command, Duration timeout) {
        try {
            var result = runtime.exec(subject.containerId(), command, timeout);
            return result.exitCode() == 0 ? new ProbeResult.Success() : new ProbeResult.Failure(result.output());
        } catch (TimeoutException e) {
            return new ProbeResult.Failure("command timed out: \"" + String.join(" ", command) + "\" timed out after " + timeout.toSeconds() + "s");
        }
    }

    private static ProbeResult connect(Subject subject, TCPSocketAction action, Duration timeout) {
        var host = action.getHost() == null || action.getHost().isEmpty() ? subject.address() : action.getHost();
        int port = subject.port(action.getPort());
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return new ProbeResult.Success();
        } catch (SocketTimeoutException e) {
            return new ProbeResult.Failure("dial tcp " + host + ":" + port + ": i/o timeout");
        } catch (IOException e) {
            return new ProbeResult.Failure(Failures.dial(host, port, e));
        }
    }
}
