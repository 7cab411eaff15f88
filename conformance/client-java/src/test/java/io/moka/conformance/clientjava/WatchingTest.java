package io.moka.conformance.clientjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.informer.cache.Lister;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.Watch;
import io.moka.conformance.CuttableProxy;
import io.moka.conformance.Eventually;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Watches, informers that survive the end of a watch, and leader election.
class WatchingTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(WatchingTest.class);
    }

    private static V1ConfigMap labelled(String name, String value) {
        return configMap(name, value).metadata(new V1ObjectMeta().name(name).putLabelsItem("set", name.replaceAll("-.*", "")));
    }

    private static void create(String name) {
        ok(() -> CORE.createNamespacedConfigMap(namespace, labelled(name, "1")).execute());
    }

    private static void change(String name, String value) {
        ok(() -> CORE.replaceNamespacedConfigMap(name, namespace, labelled(name, value)).execute());
    }

    @Test
    void changesOfASelectionAreWatched() throws Exception {
        var revision = ok(() -> CORE.listNamespacedConfigMap(namespace).execute()).getMetadata().getResourceVersion();
        create("all-a");
        change("all-a", "2");
        create("other");
        ok(() -> CORE.deleteNamespacedConfigMap("all-a", namespace).execute());
        var call = CORE.listNamespacedConfigMap(namespace).labelSelector("set=all").resourceVersion(revision).watch(true).timeoutSeconds(2).buildCall(null);
        try (Watch<V1ConfigMap> watch = Watch.createWatch(CLIENT, call, new TypeToken<Watch.Response<V1ConfigMap>>() { }.getType())) {
            var seen = new StringBuilder();
            for (var event : watch) {
                seen.append(event.type).append(' ').append(event.object.getData().get("key")).append("; ");
            }
            assertEquals("ADDED 1; MODIFIED 2; DELETED 2; ", seen.toString());
        }
    }

    private static final class Events implements ResourceEventHandler<V1ConfigMap> {

        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

        @Override
        public void onAdd(V1ConfigMap map) {
            queue.add("ADDED " + map.getMetadata().getName());
        }

        @Override
        public void onUpdate(V1ConfigMap old, V1ConfigMap map) {
            if (!old.getMetadata().getResourceVersion().equals(map.getMetadata().getResourceVersion())) {
                queue.add("MODIFIED " + map.getMetadata().getName());
            }
        }

        @Override
        public void onDelete(V1ConfigMap map, boolean finalStateUnknown) {
            queue.add("DELETED " + map.getMetadata().getName());
        }

        String next() throws InterruptedException {
            var next = queue.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }
    }

    @Test
    void informerWhoseWatchIsCutMissesNothing() throws Exception {
        var client = client();
        try (var proxy = new CuttableProxy(URI.create(client.getBasePath()))) {
            client.setBasePath(proxy.url());
            var core = new io.kubernetes.client.openapi.apis.CoreV1Api(client);
            var factory = new SharedInformerFactory(client);
            var informer = factory.sharedIndexInformerFor(parameters -> core.listNamespacedConfigMap(namespace).labelSelector("set=cut").resourceVersion(parameters.resourceVersion)
                    .timeoutSeconds(parameters.timeoutSeconds).watch(parameters.watch).buildCall(null), V1ConfigMap.class, V1ConfigMapList.class);
            var events = new Events();
            informer.addEventHandler(events);
            create("cut-a");
            factory.startAllRegisteredInformers();
            assertEquals("ADDED cut-a", events.next());
            for (int round = 0; round < 2; round++) {
                proxy.cut();
                create("cut-" + round);
                assertEquals("ADDED cut-" + round, events.next());
                change("cut-" + round, "2");
                assertEquals("MODIFIED cut-" + round, events.next());
            }
            ok(() -> CORE.deleteNamespacedConfigMap("cut-a", namespace).execute());
            assertEquals("DELETED cut-a", events.next());
            assertEquals(2, new Lister<>(informer.getIndexer(), namespace).list().size());
            factory.stopAllRegisteredInformers();
        }
    }

    @Test
    void anotherLeadsWhenTheLeaderHasGone() throws Exception {
        var leaders = new LinkedBlockingQueue<String>();
        var first = elector("first");
        var second = elector("second");
        var threads = Thread.ofVirtual();
        threads.start(() -> first.run(() -> leaders.add("first"), () -> leaders.add("first has stopped")));
        assertEquals("first", leaders.poll(20, TimeUnit.SECONDS));
        threads.start(() -> second.run(() -> leaders.add("second"), () -> leaders.add("second has stopped")));
        var leases = new CoordinationV1Api(CLIENT);
        assertEquals("first", ok(() -> leases.readNamespacedLease("lock", namespace).execute()).getSpec().getHolderIdentity());
        first.close();
        var next = Eventually.see("another leads", leaders::poll, "second"::equals);
        assertEquals("second", next);
        assertTrue(ok(() -> leases.readNamespacedLease("lock", namespace).execute()).getSpec().getLeaseTransitions() > 0);
        second.close();
    }

    private static LeaderElector elector(String identity) {
        return new LeaderElector(new LeaderElectionConfig(new LeaseLock(namespace, "lock", identity, CLIENT), Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(200)));
    }
}
