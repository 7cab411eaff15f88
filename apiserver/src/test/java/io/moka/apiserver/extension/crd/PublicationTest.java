package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.core.storage.UncachedTypeException;
import io.moka.apiserver.extension.webhook.ServiceEndpoints;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.MemoryStore.Operation;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PublicationTest {
    private final Vertx vertx = Vertx.vertx();
    private MemoryCaches on;
    private Publication publication;

    @BeforeEach
    void open() throws Exception {
        on = MemoryCaches.started();
        publication = new Publication(on.catalog, SchemaRegistry.load(), on.caches, new WebhookClient(vertx, new ServiceEndpoints(on.caches, on.catalog)));
    }

    @AfterEach
    void close() {
        on.close();
        vertx.close();
    }

    private static Definition definition(String plural, String selectable) {
        return new Definition(Json.read(("""
                {"metadata":{"name":"%1$s.example.com","uid":"uid-%1$s","generation":1},"spec":{"group":"example.com","scope":"Namespaced",
                "names":{"plural":"%1$s","singular":"x","kind":"K%1$s","listKind":"K%1$sList"},
                "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}},"selectableFields":[%2$s]}]}}""")
                .formatted(plural, selectable).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void definitionThatCannotBeServedHoldsUpNoOther() {
        Definition bad = definition("bads", "{\"jsonPath\":\"\"}");
        Definition good = definition("goods", "");
        assertEquals(Set.of("uid-bads"), publication.publish(List.of(bad, good)));
        assertNull(on.catalog.find("example.com", "v1", "bads"));
        assertNotNull(on.catalog.find("example.com", "v1", "goods"));
        assertEquals(Set.of("uid-bads"), publication.publish(List.of(bad, good)), "it is not tried again before it changes");
        assertEquals(Set.of(), publication.publish(List.of(definition("bads", ""), good)));
        assertNotNull(on.catalog.find("example.com", "v1", "bads"));
    }

    @Test
    void whatAStoreFailureHasInterruptedIsFinishedByTheNextCall() {
        Definition one = definition("ones", "");
        Definition two = definition("twos", "");
        on.store.onNext(Operation.RANGE, () -> on.store.failNext(Operation.RANGE));
        assertThrows(StoreUnavailableException.class, () -> publication.publish(List.of(one, two)));
        assertEquals(Set.of(), publication.publish(List.of(one, two)));
        assertNotNull(on.catalog.find("example.com", "v1", "ones"), "it was made before the failure and must not be forgotten");
        assertNotNull(on.catalog.find("example.com", "v1", "twos"));
        on.store.onNext(Operation.RANGE, () -> {
            throw new AssertionError("nothing has changed, so nothing is read");
        });
        assertEquals(Set.of(), publication.publish(List.of(one, two)));
    }

    @Test
    void deletedDefinitionLeavesTheCatalogBeforeItsCacheGoes() {
        Definition one = definition("ones", "");
        publication.publish(List.of(one));
        var type = on.catalog.find("example.com", "v1", "ones");
        assertNotNull(on.caches.of(type));
        publication.publish(List.of());
        assertNull(on.catalog.find("example.com", "v1", "ones"));
        assertThrows(UncachedTypeException.class, () -> on.caches.of(type));
        assertEquals(List.of(), publication.typesOf(one.object()));
    }
}
