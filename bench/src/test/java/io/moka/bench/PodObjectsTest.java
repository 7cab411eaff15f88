package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.machinery.client.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodObjectsTest {

    private final PodObjects pods = new PodObjects("listed");

    @Test
    void noSchedulerTakesTheObject() throws Exception {
        var pod = Json.mapper().readTree(pods.body(7));
        assertEquals("listed-7", pod.at("/metadata/name").asText());
        assertEquals("listed", pod.at("/metadata/labels/bench").asText());
        assertEquals("none", pod.at("/spec/schedulerName").asText());
    }

    @Test
    void theNextRoundDiffersInOneLabel() throws Exception {
        var changed = Json.mapper().readTree(pods.inRound(1, pods.body(7)));
        assertEquals("1", changed.at("/metadata/labels/round").asText());
        assertEquals("0", Json.mapper().readTree(pods.body(7)).at("/metadata/labels/round").asText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"listed-12\",\"uid\":\"1\"}}} | 12",
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"other-12\"}}} | -1",
        "{\"type\":\"BOOKMARK\",\"object\":{}} | -1"})
    void aWatchEventIsKnownByItsNameAlone(String line, int expected) {
        assertEquals(expected, WatchStream.object(line, "\"name\":\"listed-"));
    }

    @Test
    void theTokenOfTheNextPageStandsBeforeOrAfterTheItems() {
        var items = "\"items\":[" + "{\"kind\":\"Pod\"},".repeat(1_000) + "{}]";
        assertEquals("&continue=a%3D%3D", token("{\"metadata\":{\"continue\":\"a==\"}," + items + "}"));
        assertEquals("&continue=a%3D%3D", token("{" + items + ",\"metadata\":{\"continue\":\"a==\"}}"));
        assertNull(token("{\"metadata\":{\"resourceVersion\":\"7\"}," + items + "}"));
        assertNull(token("{}"));
    }

    private static String token(String page) {
        return BigList.continueToken(page.getBytes(StandardCharsets.UTF_8));
    }
}
