package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DefinitionControllerTest {
    /// What a readiness check reports: a controller that no longer gets through its definitions makes the server not ready.
    @Test
    void onlyALookOfTheLastHalfMinuteIsRecent() {
        long looked = Long.MAX_VALUE - 1;
        assertFalse(DefinitionController.isRecent(null, 0), "before the first look");
        assertTrue(DefinitionController.isRecent(looked, looked));
        assertTrue(DefinitionController.isRecent(looked, looked + Duration.ofSeconds(29).toNanos()));
        assertFalse(DefinitionController.isRecent(looked, looked + DefinitionController.LATEST_LOOK.toNanos()));
    }
}
