package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionChain;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.core.strategy.Strategies;
import io.moka.apiserver.kinds.BuiltinStrategies;
import io.moka.apiserver.kinds.service.AllocationGuard;
import io.moka.apiserver.kinds.service.ClusterAddresses;
import io.moka.apiserver.kinds.service.PortRange;
import io.moka.apiserver.kinds.service.ServiceAddresses;
import io.moka.apiserver.kinds.service.ServiceAllocations;
import io.moka.apiserver.kinds.warning.Warnings;
import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.MemoryStore.Operation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Compare-and-swap against others that are faster, caches that lag and a store that fails.
final class ObjectStorageTest {
    private static final String GUARD = MemoryCaches.PREFIX + "moka/service-allocations";

    private MemoryCaches on;
    private ObjectStorage storage;
    private Target map;
    private ResourceType services;

    @BeforeEach
    void open() throws Exception {
        on = MemoryCaches.started();
        map = new Target(on.maps, "n", "a", "");
        services = on.catalog.get("", "v1", "services");
        var allocations = new ServiceAllocations(on.caches, services,
                new ClusterAddresses(on.caches, on.catalog, MemoryCaches.PREFIX, ServiceAddresses.parse("10.0.0.0/24"), InstantSource.system()),
                PortRange.parse("30000-30001"), new AllocationGuard(GUARD));
        allocations.start();
        var strategies = new Strategies();
        BuiltinStrategies.register(strategies, allocations, 3600);
        storage = new ObjectStorage(new VerbContext(on.catalog, SchemaRegistry.load(), on.store, on.caches, MemoryCaches.PREFIX,
                strategies, Warnings.RULES, new AdmissionChain(List.of()), InstantSource.system()));
    }

    @AfterEach
    void close() {
        on.close();
    }

    /// Adds a label, and writes down which revisions it was shown.
    private static ObjectStorage.Updater labelling(String label, List<Long> shown) {
        return current -> {
            shown.add(current.revision());
            ObjectNode changed = current.object().deepCopy();
            Json.child(Json.metadata(changed), "labels").put(label, "x");
            return new ObjectStorage.Change.Write(changed);
        };
    }

    private String label(String label) {
        return Json.text(Json.read(on.store.get(MemoryCaches.key("a")).bytes()), "metadata", "labels", label);
    }

    @Test
    void updateOnAStaleCacheIsDecidedAgainOnTheNewestState() {
        long first = on.create("a");
        on.reach(first);
        on.store.holdDeliveries();
        long second = on.update("a", first, "2");
        List<Long> shown = new ArrayList<>();
        storage.update(map, false, labelling("mine", shown));
        assertEquals(List.of(first, second), shown);
        assertEquals("2", label("l"), "the other's change is kept");
        assertEquals("x", label("mine"));
    }

    @Test
    void refusalOnAStaleCacheIsDecidedAgain() {
        long first = on.create("a");
        on.reach(first);
        on.store.holdDeliveries();
        on.update("a", first, "2");
        storage.update(map, false, current -> {
            if (Json.text(current.object(), "metadata", "labels", "l").equals("1")) {
                throw ApiException.badRequest("not in this state");
            }
            return labelling("mine", new ArrayList<>()).update(current);
        });
        assertEquals("x", label("mine"));
    }

    @Test
    void refusalThatStandsIsGivenAfterOneLookAtTheStore() {
        on.reach(on.create("a"));
        List<Long> shown = new ArrayList<>();
        assertThrows(ApiException.class, () -> storage.update(map, false, current -> {
            shown.add(current.revision());
            throw ApiException.badRequest("never");
        }));
        assertEquals(1, shown.size());
    }

    @Test
    void changeThatWritesNothingIsDecidedOnTheNewestState() {
        long first = on.create("a");
        on.reach(first);
        on.store.holdDeliveries();
        long second = on.update("a", first, "2");
        List<Long> shown = new ArrayList<>();
        byte[] answer = storage.update(map, false, current -> {
            shown.add(current.revision());
            return new ObjectStorage.Change.Write(current.object().deepCopy());
        });
        assertEquals(List.of(first, second), shown);
        assertEquals(Long.toString(second), Json.text(Json.read(answer), "metadata", "resourceVersion"));
        assertEquals(second, on.store.currentRevision(), "nothing is written");
    }

    @Test
    void writerWhoIsOutrunEveryTimeGivesUpWithAConflict() {
        on.reach(on.create("a"));
        on.store.onNext(Operation.WRITE, this::beFaster);
        var conflict = assertThrows(ApiException.class, () -> storage.update(map, false, labelling("mine", new ArrayList<>())));
        assertEquals(409, conflict.code());
    }

    private void beFaster() {
        Store.Value now = on.store.get(MemoryCaches.key("a"));
        on.update("a", now.revision(), "r" + now.revision());
        on.store.onNext(Operation.WRITE, this::beFaster);
    }

    @Test
    void objectThatIsDeletedBetweenDecisionAndWriteIsNotMadeAgain() {
        long first = on.create("a");
        on.reach(first);
        on.store.onNext(Operation.WRITE, () -> on.delete("a", first));
        assertEquals(404, assertThrows(ApiException.class, () -> storage.update(map, false, labelling("mine", new ArrayList<>()))).code());
        assertNull(on.store.get(MemoryCaches.key("a")));
    }

    @Test
    void objectThatAnotherCreatesAtTheSameTimeExistsAlready() {
        ObjectNode object = Json.read(MemoryCaches.json("a", "1"));
        on.store.onNext(Operation.WRITE, () -> on.create("a"));
        assertEquals("AlreadyExists", assertThrows(ApiException.class, () -> storage.create(map, object, false)).reason());
    }

    @Test
    void deletionOfAChangedObjectIsDecidedAgain() {
        long first = on.create("a");
        on.reach(first);
        List<Long> shown = new ArrayList<>();
        on.store.onNext(Operation.WRITE, () -> on.update("a", first, "2"));
        storage.update(map, false, current -> {
            shown.add(current.revision());
            return new ObjectStorage.Change.Remove(current.object().deepCopy());
        });
        assertEquals(List.of(first, first + 1), shown);
        assertNull(on.store.get(MemoryCaches.key("a")));
    }

    private byte[] createService(String name) {
        ObjectNode service = Json.object().put("kind", "Service").put("apiVersion", "v1");
        service.putObject("metadata").put("name", name).put("namespace", "n");
        service.putObject("spec").put("type", "NodePort").putArray("ports").addObject().put("port", 80).put("protocol", "TCP");
        return storage.create(new Target(services, "n", name, ""), service, false);
    }

    private static int nodePort(byte[] service) {
        return Json.read(service).at("/spec/ports/0/nodePort").asInt();
    }

    @Test
    void whatAFailedWriteHadReservedIsFreeAgain() {
        on.store.failNext(Operation.WRITE);
        assertThrows(StoreUnavailableException.class, () -> createService("a"));
        on.store.failNext(Operation.WRITE);
        assertThrows(StoreUnavailableException.class, () -> createService("a"));
        assertNotEquals(nodePort(createService("a")), nodePort(createService("b")), "both ports can be had");
    }

    @Test
    void portOfAWriteWhoseAnswerWasLostIsNotGivenAgain() {
        on.store.holdDeliveries();
        on.store.loseNextAnswer();
        assertThrows(StoreUnavailableException.class, () -> createService("a"));
        Store.Value written = on.store.get(MemoryCaches.PREFIX + services.keySegment() + "/n/a");
        assertNotNull(written, "it was written after all");
        on.store.deliverAll();
        assertNotEquals(nodePort(written.bytes()), nodePort(createService("b")));
    }

    @Test
    void serverThatAnotherHasOutrunLearnsWhatThatOneTook() {
        byte[] other = "{\"metadata\":{\"name\":\"other\",\"namespace\":\"n\"},\"spec\":{\"ports\":[{\"nodePort\":30000,\"protocol\":\"TCP\"}]}}".getBytes(UTF_8);
        on.store.onNext(Operation.WRITE, () -> MemoryCaches.committed(on.store.put(MemoryCaches.PREFIX + services.keySegment() + "/n/other", other, 0,
                new Store.Reservations(Map.of(), Set.of(), new Store.Guard(GUARD, 0)))));
        assertEquals(30001, nodePort(createService("mine")));
        assertThrows(ApiException.class, () -> createService("third"), "both ports are taken");
    }
}
