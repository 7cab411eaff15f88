package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestWebhook;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Several versions of one resource, with and without a webhook between them. `v1` has `spec.hostPort`, `v2` has `spec.host` and `spec.port`.
final class ConversionTest extends CrdTest {

    private static String versioned(String kind, String conversion) {
        String plural = kind.toLowerCase(java.util.Locale.ROOT) + "s";
        return yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %s.example.com},
                 spec: {group: example.com, scope: Namespaced, names: {plural: %s, kind: %s}, conversion: %s, versions: [
                  {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {hostPort: {type: string}}}}}}},
                  {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {host: {type: string}, port: {type: string}, kept: {type: string, default: here}}}}}}}]}}"""
                .formatted(plural, plural, kind, conversion));
    }

    private static String webhook(String clientConfig) {
        return "{strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: " + clientConfig + "}}";
    }

    /// Answers a ConversionReview, changing each object as told.
    private static ObjectNode converted(ObjectNode review, UnaryOperator<ObjectNode> change) {
        String wanted = Json.text(review, "request", "desiredAPIVersion");
        ObjectNode answer = Json.object().put("kind", "ConversionReview").put("apiVersion", Json.text(review, "apiVersion"));
        ObjectNode response = answer.putObject("response").put("uid", Json.text(review, "request", "uid"));
        response.putObject("result").put("status", "Success");
        var objects = response.putArray("convertedObjects");
        for (JsonNode object : review.path("request").path("objects")) {
            objects.add(change.apply((ObjectNode) object).put("apiVersion", wanted));
        }
        return answer;
    }

    private static ObjectNode between(ObjectNode object) {
        ObjectNode spec = Json.child(object, "spec");
        if (spec.has("hostPort")) {
            String[] parts = spec.remove("hostPort").asText().split(":");
            spec.put("host", parts[0]).put("port", parts[1]);
        } else if (spec.has("host")) {
            spec.put("hostPort", spec.remove("host").asText() + ":" + spec.remove("port").asText());
            spec.remove("kept");
        }
        return object;
    }

    @Test
    void withoutAWebhookOnlyTheVersionChanges() {
        String v1 = establish(versioned("Same", "{strategy: None}"));
        String v2 = v1.replace("/v1/", "/v2/");
        admin().post(v1, object("Same", "one", "{hostPort: 'a:1'}"));
        ObjectNode seen = read(v2 + "/one");
        assertEquals("example.com/v2", Json.text(seen, "apiVersion"));
        assertEquals("here", Json.text(seen, "spec", "kept"));
        assertTrue(seen.at("/spec/hostPort").isMissingNode(), "what the version does not know is pruned");
        assertEquals("example.com/v1", Json.text(read(v1 + "/one"), "apiVersion"));
    }

    @Test
    void webhookConvertsOnTheWayInAndOutAndWholeListsAtOnce() {
        AtomicInteger asked = new AtomicInteger();
        try (TestWebhook hook = TestWebhook.reviews(review -> {
            asked.incrementAndGet();
            return converted(review, ConversionTest::between);
        }, "localhost")) {
            String v1 = establish(versioned("Both", webhook("{url: 'https://localhost:" + hook.port() + "/convert', caBundle: " + TestWebhook.caBundle() + "}")));
            String v2 = v1.replace("/v1/", "/v2/");
            var created = admin().post(v2, yaml("{apiVersion: example.com/v2, kind: Both, metadata: {name: one}, spec: {host: a, port: '1'}}"));
            assertEquals(201, created.code(), created.body());
            assertEquals("a", created.text("spec", "host"));
            assertEquals("a:1", Json.text(read(v1 + "/one"), "spec", "hostPort"));
            for (int i = 0; i < 20; i++) {
                admin().post(v1, object("Both", "more-" + i, "{hostPort: 'b:" + i + "'}"));
            }
            int before = asked.get();
            var list = admin().get(v2).json();
            assertEquals(21, list.path("items").size());
            assertEquals("example.com/v2", list.at("/items/0/apiVersion").asText());
            assertEquals("b", list.at("/items/5/spec/host").asText());
            assertEquals(before + 1, asked.get(), "one question for the whole list");
            assertEquals("c:1", Json.text(admin().patch(v2 + "/one", "merge-patch", "{\"spec\":{\"host\":\"c\"}}").code() == 200 ? read(v1 + "/one") : Json.object(), "spec", "hostPort"));
            try (var watching = admin().watch(v2 + "?watch=true&fieldSelector=metadata.name%3Done")) {
                assertEquals("c", watching.next().at("/object/spec/host").asText());
            }
        }
    }

    @Test
    void webhookIsReachedThroughItsService() {
        try (TestWebhook hook = TestWebhook.reviews(review -> converted(review, ConversionTest::between), "hook.default.svc")) {
            admin().post("/api/v1/namespaces/default/services", yaml("{metadata: {name: hook}, spec: {type: ExternalName, externalName: localhost, ports: [{port: " + hook.port() + "}]}}"));
            String v1 = establish(versioned("Served", webhook("{service: {namespace: default, name: hook, port: " + hook.port() + ", path: /c}, caBundle: " + TestWebhook.caBundle() + "}")));
            admin().post(v1, object("Served", "one", "{hostPort: 'a:1'}"));
            var seen = admin().get(v1.replace("/v1/", "/v2/") + "/one");
            assertEquals("a", seen.text("spec", "host"), seen.body());
        }
    }

    @Test
    void webhookThatFailsFailsTheRequestWithItsReason() {
        try (TestWebhook hook = TestWebhook.reviews(review -> {
            ObjectNode answer = converted(review, object -> object);
            ((ObjectNode) answer.at("/response/result")).put("status", "Failure").put("message", "no way");
            return answer;
        }, "localhost")) {
            String v1 = establish(versioned("Failing", webhook("{url: 'https://localhost:" + hook.port() + "/', caBundle: " + TestWebhook.caBundle() + "}")));
            admin().post(v1, object("Failing", "one", "{hostPort: 'a:1'}"));
            var refused = admin().get(v1.replace("/v1/", "/v2/") + "/one");
            assertEquals(500, refused.code());
            assertEquals("Internal error occurred: conversion webhook for example.com/v1, Kind=Failing failed: no way", refused.text("message"));
            assertEquals(200, admin().get(v1 + "/one").code());
            try (var watching = admin().watch(v1.replace("/v1/", "/v2/") + "?watch=true")) {
                assertEquals("ERROR", watching.next().path("type").asText());
                assertEquals(null, watching.next(), "and the watch ends");
            }
        }
    }

    @Test
    void storageVersionMayChangeAndOldObjectsAreStillRead() {
        String v1 = establish(versioned("Moving", "{strategy: None}"));
        admin().post(v1, object("Moving", "old", "{hostPort: 'a:1'}"));
        ObjectNode definition = read(DEFINITIONS + "/movings.example.com");
        ((ObjectNode) definition.at("/spec/versions/0")).put("storage", false);
        ((ObjectNode) definition.at("/spec/versions/1")).put("storage", true);
        var updated = admin().put(DEFINITIONS + "/movings.example.com", definition.toString());
        assertEquals(io.moka.apiserver.testing.Trees.node("[v1, v2]"), updated.json().at("/status/storedVersions"), updated.body());
        TestServer.await("both are read", () -> admin().get(v1 + "/old").text("apiVersion").equals("example.com/v1")
                && admin().get(v1.replace("/v1/", "/v2/") + "/old").text("apiVersion").equals("example.com/v2"));
        definition = updated.object();
        ((com.fasterxml.jackson.databind.node.ArrayNode) definition.at("/spec/versions")).remove(0);
        assertTrue(causes(admin().put(DEFINITIONS + "/movings.example.com", definition.toString())).getFirst().startsWith("status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions"));
    }
}
