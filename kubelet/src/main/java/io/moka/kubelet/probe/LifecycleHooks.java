package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Runs a container's lifecycle hooks: `postStart` right after its start, `preStop` right before its end.
public final class LifecycleHooks {

    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);

    private final ContainerRuntime runtime;
    private final Sleeper sleeper;

    public LifecycleHooks(ContainerRuntime runtime, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.runtime = runtime;
    }

    /// Runs the hook to its end, for at most `limit`.
    public ProbeResult run(Subject subject, LifecycleHandler hook, Duration limit) throws InterruptedException {
        try {
            if (hook.getExec() != null) {
                var result = runtime.exec(subject.containerId(), hook.getExec().getCommand(), limit);
                return result.exitCode() == 0 ? new ProbeResult.Success()
                        : new ProbeResult.Failure("command '" + String.join(" ", hook.getExec().getCommand()) + "' exited with " + result.exitCode() + ": " + result.output());
            } else if (hook.getHttpGet() != null) {
                var timeout = limit.compareTo(HTTP_TIMEOUT) < 0 ? limit : HTTP_TIMEOUT;
                return Deadlined.call(timeout, () -> HttpCheck.call(subject, hook.getHttpGet(), timeout),
                        () -> new ProbeResult.Failure("Get \"" + HttpCheck.url(subject, hook.getHttpGet()) + "\": " + HttpCheck.LATE));
            } else if (hook.getSleep() != null) {
                var wanted = Duration.ofSeconds(hook.getSleep().getSeconds());
                sleeper.sleep(wanted.compareTo(limit) < 0 ? wanted : limit);
            }
            return new ProbeResult.Success();
        } catch (TimeoutException e) {
            return new ProbeResult.Failure("the hook did not end within " + limit.toSeconds() + "s");
        } catch (IllegalArgumentException | RuntimeFailure e) {
            return new ProbeResult.Failure(String.valueOf(e.getMessage()));
        }
    }
}
