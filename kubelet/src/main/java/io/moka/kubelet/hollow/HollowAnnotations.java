package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the annotations that control how a hollow pod starts, runs and ends. They may be in a pod template, or be set on a pod that runs. A value that cannot
/// be read counts as absent.
///
/// | annotation | meaning |
/// |---|---|
/// | `hollow.moka.io/exit: "0"` | the main containers end with this exit code |
/// | `hollow.moka.io/exit-after: 2s` | so long after they have started; at once by default |
/// | `hollow.moka.io/fail-percent: "20"` | of the pods with an exit code, so many in a hundred end with 1 instead; a pod's uid decides |
/// | `hollow.moka.io/ready: "false"` | the containers run and are not ready |
/// | `hollow.moka.io/waiting: ImagePullBackOff` | the containers do not start, for this reason |
/// | `hollow.moka.io/start-delay: 5s`, `stop-delay` | instead of the process's own delays |
///
/// On a node, `hollow.moka.io/silent: "true"` stops the node's heartbeats and all changes of its pods.
final class HollowAnnotations {

    private static final String PREFIX = "hollow.moka.io/";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");

    private final Map<String, String> values;
    private final int lot;

    HollowAnnotations(HasMetadata object) {
        var annotations = object.getMetadata().getAnnotations();
        var uid = object.getMetadata().getUid();
        this.values = annotations == null ? Map.of() : annotations;
        this.lot = Math.floorMod(uid == null ? 0 : uid.hashCode(), 100);
    }

    /// The main containers' exit code, or null while they run on.
    @Nullable Integer exitCode() {
        var code = number("exit");
        var failing = number("fail-percent");
        return code != null && failing != null && lot < failing ? Integer.valueOf(1) : code;
    }

    Duration exitAfter() {
        return duration("exit-after", Duration.ZERO);
    }

    boolean ready() {
        return !"false".equals(values.get(PREFIX + "ready"));
    }

    /// Returns the reason why the containers do not start, or null if they do.
    @Nullable String waitingReason() {
        return values.get(PREFIX + "waiting");
    }

    Duration startDelay(Duration standard) {
        return duration("start-delay", standard);
    }

    Duration stopDelay(Duration standard) {
        return duration("stop-delay", standard);
    }

    boolean silent() {
        return "true".equals(values.get(PREFIX + "silent"));
    }

    private @Nullable Integer number(String name) {
        var text = values.get(PREFIX + name);
        return text != null && text.matches("\\d{1,3}") ? Integer.valueOf(text) : null;
    }

    private Duration duration(String name, Duration absent) {
        var text = values.get(PREFIX + name);
        var parsed = text == null ? null : parse(text);
        return parsed == null ? absent : parsed;
    }

    /// `500ms`, `2s`, `5m`, `1h`, or a bare number of seconds; null for anything else.
    static @Nullable Duration parse(String text) {
        var parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2) == null ? "s" : parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /// The earliest of several instants, of which some may be null.
    static @Nullable Instant earliest(@Nullable Instant... instants) {
        Instant earliest = null;
        for (var instant : instants) {
            if (instant != null && (earliest == null || instant.isBefore(earliest))) {
                earliest = instant;
            }
        }
        return earliest;
    }
}
