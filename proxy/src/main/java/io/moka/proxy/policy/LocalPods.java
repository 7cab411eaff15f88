package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.PodFacts;
import io.moka.proxy.policy.nftables.Marks;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds the pods of this node with their addresses. The network plugin's marks name a pod's address before the pod's status does.
final class LocalPods {

    /// A static pod has another uid for its kubelet, and so for the plugin, than for the API; this annotation holds it.
    private static final String STATIC_UID = "kubernetes.io/config.hash";

    private final Map<ObjectKey, Pod> pods = new HashMap<>();
    private Marks marks = Marks.NONE;

    void put(ObjectKey key, Pod pod) {
        pods.put(key, pod);
    }

    boolean remove(ObjectKey key) {
        return pods.remove(key) != null;
    }

    void clear() {
        pods.clear();
    }

    /// Returns whether something is marked otherwise than before.
    boolean mark(Marks now) {
        boolean changed = !marks.equals(now);
        marks = now;
        return changed;
    }

    /// Every pod, with what policies need to know of it; null for one that they do not touch. An address belongs to one pod: the one that the plugin
    /// gave it to; where that is not known, the pod that was created last.
    Map<ObjectKey, @Nullable PodFacts> facts() {
        var facts = new LinkedHashMap<ObjectKey, @Nullable PodFacts>();
        var owners = owners();
        pods.forEach((key, pod) -> {
            var addresses = owners.entrySet().stream().filter(entry -> entry.getValue().equals(key)).map(Map.Entry::getKey).collect(Collectors.toSet());
            facts.put(key, PodFacts.of(pod, addresses));
        });
        return facts;
    }

    private Map<Address, ObjectKey> owners() {
        var owners = new HashMap<Address, ObjectKey>();
        var living = pods.entrySet().stream().filter(entry -> !Pods.isTerminal(entry.getValue()))
                .sorted(Comparator.comparing(entry -> String.valueOf(entry.getValue().getMetadata().getCreationTimestamp()))).toList();
        for (var entry : living) {
            PodFacts.reported(entry.getValue()).stream().filter(address -> !marks.pods().containsKey(address)).forEach(address -> owners.put(address, entry.getKey()));
        }
        var byUid = byUid();
        marks.pods().forEach((address, uid) -> {
            var owner = byUid.get(uid);
            if (owner != null) {
                owners.put(address, owner);
            }
        });
        return owners;
    }

    private Map<String, ObjectKey> byUid() {
        var byUid = new HashMap<String, ObjectKey>();
        pods.forEach((key, pod) -> {
            byUid.put(String.valueOf(pod.getMetadata().getUid()), key);
            staticUid(pod).values().forEach(uid -> byUid.put(uid, key));
        });
        return byUid;
    }

    /// The annotation of a static pod that names its other uid; empty for other pods.
    static Map<String, String> staticUid(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        var uid = annotations == null ? null : annotations.get(STATIC_UID);
        return uid == null ? Map.of() : Map.of(STATIC_UID, uid);
    }

    /// The addresses that are held back although their pod is known.
    Collection<Address> judged() {
        var known = byUid().keySet();
        var judged = new TreeSet<Address>();
        for (var address : marks.unjudged()) {
            if (known.contains(marks.pods().getOrDefault(address, ""))) {
                judged.add(address);
            }
        }
        return judged;
    }

    /// These addresses are held back no longer.
    void release(Collection<Address> judged) {
        var unjudged = new HashSet<>(marks.unjudged());
        unjudged.removeAll(judged);
        marks = new Marks(marks.pods(), unjudged);
    }

    /// Whether a pod is to be expected to get an address at any moment, or has one that is held back.
    boolean isExpecting() {
        return !marks.unjudged().isEmpty() || facts().values().stream().anyMatch(facts -> facts != null && facts.addresses().isEmpty());
    }
}
