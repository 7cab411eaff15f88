package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// "server version", "Discovery", "AggregatedDiscovery", "Servers with support for Table transformation".
final class ServerTest {
    private static final Api API = ControlPlane.shared().admin();

    @Test
    void versionIsOfNumbers() {
        Answer version = API.get("/version").expect(200);
        assertTrue(version.text("major").matches("[0-9]+"), version.body());
        assertTrue(version.text("minor").matches("[0-9]+"), version.body());
    }

    @Test
    void eachGroupPrefersAVersionThatItHasAndThatHasResources() {
        for (JsonNode group : API.get("/apis").expect(200).json().path("groups")) {
            String preferred = group.path("preferredVersion").path("groupVersion").asText();
            assertTrue(group.path("versions").valueStream().anyMatch(version -> version.path("groupVersion").asText().equals(preferred)), group.toString());
            assertEquals(group.path("preferredVersion"), API.get("/apis/" + group.path("name").asText()).expect(200).at("preferredVersion"));
            for (JsonNode version : group.path("versions")) {
                Answer resources = API.get("/apis/" + version.path("groupVersion").asText()).expect(200);
                assertEquals("APIResourceList", resources.text("kind"));
                assertEquals(version.path("groupVersion").asText(), resources.text("groupVersion"));
                assertFalse(resources.at("resources").isEmpty(), resources.body());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "v2")
    void aggregatedDocumentsNameEveryGroupVersion(String version) {
        Set<String> found = new HashSet<>();
        for (String root : new String[] {"/api", "/apis"}) {
            String type = "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
            Answer document = API.get(root, type).expect(200);
            assertEquals(type, document.headers().firstValue("Content-Type").orElse(""));
            assertEquals("APIGroupDiscoveryList", document.text("kind"));
            assertEquals("apidiscovery.k8s.io/" + version, document.text("apiVersion"));
            for (JsonNode group : document.json().path("items")) {
                group.path("versions").forEach(item -> found.add(group.path("metadata").path("name").asText() + "/" + item.path("version").asText()));
            }
        }
        for (Kind kind : Kind.all()) {
            assertTrue(found.contains(kind.version().contains("/") ? kind.version() : "/" + kind.version()), kind + " is not among " + found);
        }
    }

    @Test
    void reviewsAreNoTables() {
        var request = API.request("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").setHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                .header("Content-Type", "application/json").POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\",\"spec\":{\"resourceAttributes\":{\"verb\":\"get\"}}}"));
        assertEquals("NotAcceptable", API.send(request).expect(406).text("reason"));
    }

    @Test
    void serviceKubernetesStandsForTheServer() {
        assertTrue(API.get("/api/v1/services").expect(200).names().contains("kubernetes"));
        JsonNode endpoints = API.get("/api/v1/namespaces/default/endpoints/kubernetes").expect(200).at("subsets").path(0);
        Answer slice = API.get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes").expect(200);
        assertEquals("kubernetes", slice.text("metadata", "labels", "kubernetes.io/service-name"));
        assertEquals(endpoints.path("addresses").path(0).path("ip"), slice.at("endpoints").path(0).path("addresses").path(0));
        assertEquals(endpoints.path("ports").path(0).path("port"), slice.at("ports").path(0).path("port"));
    }
}
