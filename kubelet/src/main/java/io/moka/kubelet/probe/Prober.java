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

/// Runs one probe of a container: a command, an HTTP request, a TCP connection or a gRPC health check.
public final class Prober {

    private final ContainerRuntime runtime;
    private final ProbeMetrics metrics = new ProbeMetrics();

    public Prober(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /// Counts and durations of the probes by their results.
    public ProbeMetrics metrics() {
        return metrics;
    }

    ProbeResult ask(Subject subject, Probe probe) {
        var timeout = Duration.ofSeconds(probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds());
        try {
            if (probe.getExec() != null) {
                return exec(subject, probe.getExec().getCommand(), timeout);
            } else if (probe.getHttpGet() != null) {
                return Deadlined.call(timeout, () -> HttpCheck.get(subject, probe.getHttpGet(), timeout),
                        () -> new ProbeResult.Failure("Get \"" + HttpCheck.url(subject, probe.getHttpGet()) + "\": " + HttpCheck.LATE));
            } else if (probe.getTcpSocket() != null) {
                return Deadlined.call(timeout, () -> connect(subject, probe.getTcpSocket(), timeout), () -> new ProbeResult.Failure("dial tcp: i/o timeout"));
            } else if (probe.getGrpc() != null) {
                return Deadlined.call(timeout, () -> GrpcCheck.ask(subject.address(), probe.getGrpc(), timeout), () -> GrpcCheck.late(timeout));
            }
            return new ProbeResult.Failure("missing probe handler for " + subject.container().getName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProbeResult.Failure("interrupted");
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
