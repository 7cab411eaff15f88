package io.moka.controllers.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.controllers.testing.TestApi;
import org.junit.jupiter.api.Test;

class NodeControllerTest {

    /// One clock for the heartbeats and for the observations: with two, an observation could look like the end of a pause of the process.
    @Test
    void heartbeatsAreObservedByTheClockOfTheController() throws Exception {
        try (var api = new TestApi()) {
            assertEquals(2, NodeController.create(api.context(), "10.244.0.0/16").size());
            for (int i = 0; i < 3; i++) {
                api.time().passOnceAsleep(1, Heartbeats.OBSERVATION);
            }
            api.time().awaitAsleep(1);
        }
    }
}
