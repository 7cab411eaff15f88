package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.policy.Changes.Change;
import io.moka.proxy.policy.nftables.PolicyRuleSet;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Enforces the NetworkPolicies on one node: runs the informers and the thread that handles their changes.
public final class PolicyAgent implements AutoCloseable {

    private final SharedInformer<NetworkPolicy> policies;
    private final SharedInformer<Pod> pods;
    private final SharedInformer<Namespace> namespaces;
    private final PolicyLoop loop;
    private final Thread thread;

    /// @param table the name of the tables in the kernel
    /// @param events records events on policies that are not enforced as they are written
    /// @param inOutput whether packets between pods may pass the hook output, as those that IPVS leads do
    public PolicyAgent(ApiClient api, String node, String table, EventRecorder events, boolean inOutput) {
        var changes = new Changes(System::nanoTime);
        policies = SharedInformer.of(api, NetworkPolicy.class).build();
        pods = SharedInformer.of(api, Pod.class).trim(PodTrim::trim).build();
        namespaces = SharedInformer.of(api, Namespace.class).metadataOnly().build();
        policies.addHandler(EventHandler.onChange(policy -> changes.add(new Change.OfPolicy(ObjectKey.of(policy)))));
        pods.addHandler(EventHandler.onChange(pod -> changes.add(new Change.OfPod(ObjectKey.of(pod)))));
        namespaces.addHandler(EventHandler.onChange(namespace -> changes.add(new Change.OfNamespace(namespace.getMetadata().getName()))));
        loop = new PolicyLoop(new Informed(), changes, new PolicyRuleSet(table, Tools.HERE, inOutput), node,
                (policy, reason) -> events.warning(policy, "PolicyNotApplied", "On node " + node + " it allows nothing: " + reason), Interfaces::names, System::nanoTime, Sleeper.SYSTEM);
        thread = NeededThread.unstarted("policy-loop", loop);
    }

    public void start() {
        policies.start();
        thread.start();
    }

    /// Whether the kernel has every policy but what changed in the last 30 s.
    public boolean isReady() {
        return loop.isReady();
    }

    /// Removes all that an agent has in the kernel under this name.
    public static void cleanUp(String table) throws IOException {
        new PolicyRuleSet(table, Tools.HERE).remove();
    }

    @Override
    public void close() {
        thread.interrupt();
        policies.close();
        pods.close();
        namespaces.close();
    }

    /// The informers' caches.
    private final class Informed implements ClusterView {

        @Override
        public void awaitPolicies() throws InterruptedException {
            policies.awaitSync();
        }

        @Override
        public void awaitPods() throws InterruptedException {
            pods.start();
            namespaces.start();
            pods.awaitSync();
            namespaces.awaitSync();
        }

        @Override
        public List<NetworkPolicy> policies() {
            return policies.lister().list();
        }

        @Override
        public @Nullable NetworkPolicy policy(ObjectKey key) {
            return policies.lister().get(key);
        }

        @Override
        public List<Pod> pods() {
            return pods.lister().list();
        }

        @Override
        public @Nullable Pod pod(ObjectKey key) {
            return pods.lister().get(key);
        }

        @Override
        public List<Namespace> namespaces() {
            return namespaces.lister().list();
        }

        @Override
        public @Nullable Namespace namespace(String name) {
            return namespaces.lister().get("", name);
        }
    }
}
