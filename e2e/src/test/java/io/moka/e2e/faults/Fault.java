package io.moka.e2e.faults;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/// One fault of a process, a connection or the clock.
sealed interface Fault {

    /// A process is killed without a chance to clean up.
    record Kill(Victim victim) implements Fault {
    }

    /// A process stands still for a time, as on a machine that swaps or was suspended.
    record Freeze(Victim victim, Duration time) implements Fault {
    }

    /// The open connections of a process to a server are dead for a time: no packet passes, and neither side gets an error.
    record DeadConnections(Victim client, Victim server, Duration time) implements Fault {
    }

    /// The machine's clock is wrong for a time.
    record ClockJump(Duration offset, Duration time) implements Fault {
    }

    /// Chooses a fault. Each process and each kind of fault is chosen regularly.
    static Fault choose(Random random, Range times, boolean withEngine, boolean withClock) {
        var time = times.choose(random);
        return switch (random.nextInt(withClock ? 11 : 10)) {
            case 0, 1, 2, 3 -> new Kill(Victim.any(random, withEngine));
            case 4, 5, 6 -> new Freeze(Victim.any(random, withEngine), time);
            case 7, 8, 9 -> {
                var pairs = Victim.CONNECTED;
                var pair = pairs.get(random.nextInt(pairs.size()));
                yield new DeadConnections(pair.get(0), pair.get(1), time);
            }
            default -> new ClockJump(Duration.ofSeconds(List.of(-3600, -60, 60, 3600, 90_000).get(random.nextInt(5))), time);
        };
    }

    /// Shortest and longest duration.
    record Range(int fromSeconds, int toSeconds) {

        static Range parse(String text) {
            var parts = text.split("-");
            return new Range(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }

        Duration choose(Random random) {
            return Duration.ofSeconds(random.nextInt(fromSeconds, toSeconds + 1));
        }
    }
}
