package io.moka.kubelet.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentConfigObjectsTest {

    private final MapClusterObjects stored = new MapClusterObjects(InstantSource.system()).configMap("settings", Map.of("colour", "red")).secret("key", "k", "one");
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RecentConfigObjects recent = new RecentConfigObjects(stored, Duration.ofSeconds(30), nanos::get);

    private String colour() {
        return recent.configMap("default", "settings").getData().get("colour");
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void anObjectIsReadAgainWhenItsTimeIsOver() {
        assertEquals("red", colour());
        stored.configMap("settings", Map.of("colour", "blue"));
        pass(Duration.ofSeconds(30));
        assertEquals("red", colour());
        pass(Duration.ofNanos(1));
        assertEquals("blue", colour());
    }

    @Test
    void aConfigMapAndASecretOfOneNameAreTwoObjects() {
        stored.secret("settings", "k", "two");
        assertEquals("red", colour());
        assertEquals("dHdv", recent.secret("default", "settings").getData().get("k"));
    }

    @Test
    void namespacesAreKeptApart() {
        assertEquals("red", colour());
        stored.configMap("settings", Map.of("colour", "blue"));
        assertEquals("blue", recent.configMap("other", "settings").getData().get("colour"));
    }

    @Test
    void anObjectThatWasMissingIsFoundOnceItIsThere() {
        assertThrows(MissingSource.class, () -> recent.configMap("default", "later"));
        stored.configMap("later", Map.of("colour", "green"));
        assertEquals("green", recent.configMap("default", "later").getData().get("colour"));
    }
}
