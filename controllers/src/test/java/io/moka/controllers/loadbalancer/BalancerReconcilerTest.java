package io.moka.controllers.loadbalancer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.testing.Await;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The reconciler with caches that lag behind its own writes.
class BalancerReconcilerTest {

    private static Service service(String name, String created) {
        return new ServiceBuilder().withNewMetadata().withNamespace("n").withName(name).withUid(name).withCreationTimestamp(created).endMetadata()
                .withNewSpec().withType("LoadBalancer").withLoadBalancerClass("moka.io/pool").withIpFamilies("IPv4").addNewPort().withPort(80).endPort().endSpec().build();
    }

    private static String address(TestApi api, Service service) {
        return api.get(service).at("/status/loadBalancer/ingress/0/ip").asText();
    }

    @Test
    void anAddressIsNotGivenTwiceWhileTheCacheDoesNotShowItsOwner() throws Exception {
        try (var api = new TestApi()) {
            var young = service("young", "2026-01-01T11:00:00Z");
            var old = service("old", "2026-01-01T10:00:00Z");
            api.put(young);
            api.put(new ConfigMapBuilder().withNewMetadata().withNamespace("kube-system").withName("moka-load-balancer").endMetadata().addToData("home", "192.168.1.240/30").build());
            var context = api.context();
            var informers = context.informers();
            var services = informers.of(Service.class).lister();
            informers.of(Node.class);
            var slices = informers.of(EndpointSlice.class).index(BalancerReconciler.BY_SERVICE, slice -> List.of());
            var reconciler = new BalancerReconciler(context, slices.lister(), informers.of(ConfigMap.class).lister());
            api.start();
            reconciler.reconcile(BalancerReconciler.KEY);
            assertEquals("192.168.1.240", address(api, young));
            api.put(old);
            api.publish(old);
            Await.until("the cache shows the older service", () -> services.get("n", "old") != null);
            reconciler.reconcile(BalancerReconciler.KEY);
            assertEquals("", address(api, old), "the cache does not show yet what the younger one has");
            api.publish(young);
            Await.until("the cache shows the address", () -> services.get("n", "young").getStatus() != null);
            reconciler.reconcile(BalancerReconciler.KEY);
            assertEquals("192.168.1.241", address(api, old));
            assertEquals("192.168.1.240", address(api, young));
        }
    }
}
