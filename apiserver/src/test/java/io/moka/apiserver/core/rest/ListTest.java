package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListTest extends ServerTest {
    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.path("items").forEach(item -> names.add(Json.name(item)));
        return names;
    }

    /// Tokens that nobody was given: of now, and of a revision that the cache or only the store knows.
    @ParameterizedTest
    @CsvSource({"-1, zzz, 0", "-1, '', 1", "-1, fa, 1", "NOW, zzz, 0", "NOW, '', 1", "1, zzz, 0", "1, '', 0"})
    void tokenLeadsNowhereElse(String revision, String start, int objects) {
        String maps = server.namespace("forged") + "/configmaps";
        admin().post(maps, "{\"metadata\":{\"name\":\"a\"}}");
        admin().post(server.namespace("forged-not") + "/configmaps", "{\"metadata\":{\"name\":\"b\"}}");
        String now = admin().get(maps).text("metadata", "resourceVersion");
        String json = "{\"v\":\"meta.k8s.io/v1\",\"rv\":" + revision.replace("NOW", now) + ",\"start\":\"" + start + "\"}";
        var answer = admin().get(maps + "?continue=" + Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8)));
        assertEquals(200, answer.code(), answer.body());
        assertEquals(objects, answer.json().path("items").size(), answer.body());
    }

    @Test
    void pagesShowTheStateOfTheFirstPage() {
        String maps = server.namespace("paging") + "/configmaps";
        for (int i = 0; i < 5; i++) {
            admin().post(maps, configMap("m" + i, "1"));
        }
        JsonNode first = admin().get(maps + "?limit=2").json();
        assertEquals(List.of("m0", "m1"), names(first));
        assertEquals(3, first.path("metadata").path("remainingItemCount").asInt());
        admin().delete(maps + "/m3");
        admin().post(maps, configMap("m9", "1"));
        JsonNode second = admin().get(maps + "?limit=2&continue=" + Json.text(first, "metadata", "continue")).json();
        JsonNode third = admin().get(maps + "?limit=2&continue=" + Json.text(second, "metadata", "continue")).json();
        assertEquals(List.of("m2", "m3"), names(second));
        assertEquals(List.of("m4"), names(third));
        assertEquals("", Json.text(third, "metadata", "continue"));
        assertEquals(Json.text(first, "metadata", "resourceVersion"), Json.text(third, "metadata", "resourceVersion"));
    }

    @Test
    void selectorsChooseByLabelAndField() {
        String pods = server.namespace("selecting") + "/pods";
        admin().post(pods, POD.formatted("one"));
        admin().post(pods, POD.formatted("two").replace("\"web\"", "\"db\""));
        assertEquals(List.of("one"), names(admin().get(pods + "?labelSelector=app%3Dweb").json()));
        assertEquals(List.of("two"), names(admin().get(pods + "?labelSelector=app+notin+(web)").json()));
        assertEquals(List.of("two"), names(admin().get(pods + "?fieldSelector=metadata.name%3Dtwo").json()));
        assertEquals(2, admin().get(pods + "?fieldSelector=status.phase%3DPending,spec.nodeName%3D").json().path("items").size());
        assertEquals(0, admin().get(pods + "?fieldSelector=spec.nodeName!%3D").json().path("items").size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '@', textBlock = """
            /api/v1/pods             | field label not supported: spec.foo
            /apis/batch/v1/jobs      | field label "spec.foo" not supported for Job
            /api/v1/configmaps       | "spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"
            /apis/apps/v1/daemonsets | "spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"
            """)
    void fieldsThatCannotBeSelectedByAreNamed(String path, String message) {
        assertEquals(message, admin().get(path + "?fieldSelector=spec.foo%3D1").text("message"));
    }

    @Test
    void exactRevisionShowsThePast() {
        String maps = server.namespace("past") + "/configmaps";
        String revision = admin().post(maps, configMap("a", "1")).text("metadata", "resourceVersion");
        admin().post(maps, configMap("b", "1"));
        admin().patch(maps + "/a", "merge-patch", "{\"data\":{\"key\":\"2\"}}");
        JsonNode then = admin().get(maps + "?resourceVersionMatch=Exact&resourceVersion=" + revision).json();
        assertEquals(List.of("a"), names(then));
        assertEquals("1", Json.text(then.path("items").path(0), "data", "key"));
        assertEquals(revision, Json.text(then, "metadata", "resourceVersion"));
    }

    @Test
    void revisionFromTheFutureTimesOut() {
        var refused = admin().get("/api/v1/configmaps?resourceVersion=999999999");
        assertEquals(504, refused.code());
        assertTrue(refused.text("message").startsWith("Timeout: Too large resource version: 999999999"), refused.body());
        assertEquals("1", refused.response().headers().firstValue("Retry-After").orElse(""));
    }

    @Test
    void tableAndMetadataFormsAreServed() {
        String maps = server.namespace("forms") + "/configmaps";
        admin().post(maps, configMap("a", "1"));
        JsonNode table = admin().send(admin().request(maps).header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")).json();
        assertEquals("Table", Json.text(table, "kind"));
        assertEquals("a", table.path("rows").path(0).path("cells").path(0).asText());
        JsonNode metadata = admin().send(admin().request(maps).header("Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")).json();
        assertEquals("PartialObjectMetadataList", Json.text(metadata, "kind"));
        assertTrue(metadata.path("items").path(0).path("data").isMissingNode());
    }

    @Test
    void eventsAreTheSameInBothGroups() {
        String core = server.namespace("events") + "/events";
        admin().post(core, """
                {"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","namespace":"events","name":"p"},"reason":"Started","message":"hello","type":"Normal",
                "source":{"component":"kubelet"}}""");
        JsonNode newer = admin().get("/apis/events.k8s.io/v1/namespaces/events/events?fieldSelector=regarding.name%3Dp").json();
        assertEquals("hello", Json.text(newer.path("items").path(0), "note"));
        assertEquals("p", Json.text(newer.path("items").path(0), "regarding", "name"));
        assertEquals(1, admin().get(core + "?fieldSelector=involvedObject.name%3Dp,source%3Dkubelet").json().path("items").size());
    }

    @Test
    void anEventsSourceIsItsReporterWhereItHasNone() {
        String events = server.namespace("sources") + "/events";
        String event = "{\"metadata\":{\"name\":\"%s\"},\"involvedObject\":{\"kind\":\"Pod\",\"namespace\":\"sources\",\"name\":\"p\"},%s}";
        admin().post(events, event.formatted("old", "\"source\":{\"component\":\"sched\"},\"reportingComponent\":\"other\""));
        admin().post(events, event.formatted("new", "\"reportingComponent\":\"sched\""));
        server.settle();
        var found = admin().get(events + "?fieldSelector=source%3Dsched").json().path("items");
        assertEquals(2, found.size(), found.toString());
        assertEquals(1, admin().get(events + "?fieldSelector=source%3Dsched,reportingComponent%3Dsched").json().path("items").size());
    }
}
