package io.moka.kubelet.runtime;

import java.time.Duration;

/// Deadlines of calls to the engine. A call that takes longer fails; the node is not ready while calls that only read fail.
///
/// @param question for calls that only read
/// @param work for calls that make, start or remove something; for stopping a container, its grace period is added
/// @param heartbeat how often the engine is asked whether it is alive while a stream is open; a stream ends when the engine is not alive
/// @param pullSilence how long a pull may go on without a progress message
public record EngineDeadlines(Duration question, Duration work, Duration heartbeat, Duration pullSilence) {

    public static final EngineDeadlines STANDARD = new EngineDeadlines(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(20), Duration.ofMinutes(10));
}
