package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.SchemaRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DiscoveryTest extends ServerTest {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    @Test
    void bothFormsNameTheSameResources() {
        Set<String> fromDocuments = new HashSet<>();
        for (JsonNode group : admin().get("/apis").json().path("groups")) {
            for (JsonNode version : group.path("versions")) {
                String groupVersion = version.path("groupVersion").asText();
                admin().get("/apis/" + groupVersion).json().path("resources").forEach(resource -> fromDocuments.add(groupVersion + "/" + resource.path("name").asText()));
            }
        }
        Set<String> fromAggregate = new HashSet<>();
        var answer = admin().send(admin().request("/apis").header("Accept", AGGREGATED + ",application/json"));
        assertEquals(AGGREGATED, answer.response().headers().firstValue("Content-Type").orElse(""));
        for (JsonNode group : answer.json().path("items")) {
            for (JsonNode version : group.path("versions")) {
                String groupVersion = group.path("metadata").path("name").asText() + "/" + version.path("version").asText();
                for (JsonNode resource : version.path("resources")) {
                    String plural = resource.path("resource").asText();
                    fromAggregate.add(groupVersion + "/" + plural);
                    resource.path("subresources").forEach(sub -> fromAggregate.add(groupVersion + "/" + plural + "/" + sub.path("subresource").asText()));
                }
            }
        }
        assertEquals(fromDocuments, fromAggregate);
        assertTrue(fromDocuments.contains("apps/v1/deployments/scale"));
    }

    @Test
    void everyKindHasASchema() {
        SchemaRegistry schemas = SchemaRegistry.load();
        for (ResourceType type : Catalog.builtin().all()) {
            assertTrue(schemas.find(type.gvk()) != null, () -> "no schema for " + type.gvk());
        }
    }

    @Test
    void everyStoredKindIsListed() {
        for (ResourceType type : Catalog.builtin().all()) {
            if (type.stored()) {
                String path = (type.group().isEmpty() ? "/api/" : "/apis/") + type.groupVersion() + "/" + type.plural();
                var list = admin().get(path);
                assertEquals(200, list.code(), path);
                assertEquals(type.kind() + "List", list.text("kind"));
            }
        }
    }

    @Test
    void healthIsToldCheckByCheck() {
        assertEquals("ok", admin().get("/readyz").body());
        assertTrue(admin().get("/readyz?verbose").body().contains("[+]etcd ok\n"));
        assertEquals("ok", admin().get("/readyz/etcd").body());
        assertEquals(404, admin().get("/readyz/nothing").code());
    }

    @Test
    void metricsCarryUpstreamNames() {
        admin().get("/api/v1/pods");
        String metrics = admin().get("/metrics").body();
        assertTrue(metrics.contains("apiserver_request_duration_seconds_count"), metrics);
        assertTrue(metrics.contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"}"), metrics);
    }

    @Test
    void openApiDocumentsAreServedOnce() {
        JsonNode index = admin().get("/openapi/v3").json();
        String url = index.path("paths").path("apis/apps/v1").path("serverRelativeURL").asText();
        var document = admin().get(url);
        assertEquals("3.0.0", document.text("openapi"));
        String tag = document.response().headers().firstValue("ETag").orElse("");
        assertFalse(tag.isEmpty());
        assertEquals(304, admin().send(admin().request(url).header("If-None-Match", tag)).code());
        assertEquals("2.0", admin().get("/openapi/v2").text("swagger"));
    }

    @Test
    void accessReviewsAnswer() {
        var yes = admin().post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}");
        assertEquals("true", yes.text("status", "allowed"));
        var no = admin().post("/apis/authorization.k8s.io/v1/subjectaccessreviews", "{\"spec\":{\"user\":\"bob\",\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}");
        assertEquals("false", no.text("status", "allowed"));
    }

    @Test
    void rootNamesEveryPathThatAnswers() {
        List<String> paths = new ArrayList<>();
        admin().get("/").json().path("paths").forEach(path -> paths.add(path.asText()));
        assertEquals(paths.stream().sorted().distinct().toList(), paths);
        assertTrue(paths.containsAll(List.of("/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1", "/readyz/etcd", "/livez/ping", "/openapi/v3", "/version")), paths.toString());
        for (String path : paths) {
            // pages of other components are passed on, and none runs here
            boolean passedOn = path.matches("/debug/(scheduler|controllers|proxy)/.*");
            assertEquals(passedOn ? 503 : 200, admin().get(path).code(), path);
        }
    }

    @Test
    void theVersionIdentifiesTheBuild() {
        var version = admin().get("/version").json();
        assertTrue(version.path("gitCommit").asText().matches("[0-9a-f]{40}"), version.toString());
        assertTrue(version.path("buildDate").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"), version.toString());
        assertTrue(version.path("goVersion").asText().matches("java\\d+"), version.toString());
        assertTrue(version.path("platform").asText().matches("linux/(amd64|arm64)"), version.toString());
        assertEquals("clean javac", version.path("gitTreeState").asText() + " " + version.path("compiler").asText());
    }
}
