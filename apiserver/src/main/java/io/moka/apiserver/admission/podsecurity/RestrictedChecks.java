package io.moka.apiserver.admission.podsecurity;

import static io.moka.apiserver.admission.podsecurity.Violation.containers;
import static io.moka.apiserver.admission.podsecurity.Violation.plural;
import static io.moka.apiserver.admission.podsecurity.Violation.quoted;
import static io.moka.apiserver.admission.podsecurity.Violation.setters;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The rules of the level `restricted`, which require current best practices of pod hardening.
final class RestrictedChecks {
    private static final Set<String> VOLUMES = Set.of("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret");
    private static final Set<String> OTHER_VOLUMES = Set.of("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
            "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos");

    private RestrictedChecks() {}

    static @Nullable Violation allowPrivilegeEscalation(PodShape pod) {
        List<String> names = pod.names(container -> PodShape.security(container).path("allowPrivilegeEscalation").asBoolean(true));
        return names.isEmpty() ? null
                : new Violation("allowPrivilegeEscalation != false", containers(names) + " must set securityContext.allowPrivilegeEscalation=false");
    }

    static @Nullable Violation capabilities(PodShape pod) {
        List<String> missingDrop = pod.names(container -> !dropsAll(PodShape.security(container).path("capabilities").path("drop")));
        Set<String> added = new TreeSet<>();
        List<String> adding = pod.names(container -> BaselineChecks.collect(PodShape.security(container).path("capabilities").path("add"),
                capability -> capability.asText().equals("NET_BIND_SERVICE") ? "" : capability.asText(), added));
        List<String> details = new ArrayList<>();
        if (!missingDrop.isEmpty()) {
            details.add(containers(missingDrop) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(containers(adding) + " must not include " + quoted(added) + " in securityContext.capabilities.add");
        }
        return details.isEmpty() ? null : new Violation("unrestricted capabilities", String.join("; ", details));
    }

    private static boolean dropsAll(JsonNode dropped) {
        return StreamSupport.stream(dropped.spliterator(), false).anyMatch(capability -> capability.asText().equals("ALL"));
    }

    static @Nullable Violation volumes(PodShape pod) {
        List<String> names = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            List<String> sources = volume.properties().stream().filter(source -> !source.getValue().isNull()).map(Map.Entry::getKey).toList();
            if (sources.stream().noneMatch(VOLUMES::contains)) {
                names.add(Json.text(volume, "name"));
                types.add(sources.stream().filter(OTHER_VOLUMES::contains).findFirst().orElse("unknown"));
            }
        }
        return names.isEmpty() ? null : new Violation("restricted volume types", plural("volume ", "volumes ", names.size()) + quoted(names)
                + plural(" uses ", " use ", names.size()) + plural("restricted volume type ", "restricted volume types ", types.size()) + quoted(types));
    }

    static @Nullable Violation runAsNonRoot(PodShape pod) {
        JsonNode ofPod = PodShape.security(pod.spec()).path("runAsNonRoot");
        boolean podRefuses = ofPod.isBoolean() && !ofPod.booleanValue();
        List<String> refusing = pod.names(container -> !PodShape.security(container).path("runAsNonRoot").asBoolean(true));
        if (podRefuses || !refusing.isEmpty()) {
            return new Violation("runAsNonRoot != true", setters(podRefuses, refusing) + " must not set securityContext.runAsNonRoot=false");
        }
        List<String> silent = ofPod.isBoolean() ? List.of() : pod.names(container -> !PodShape.security(container).path("runAsNonRoot").isBoolean());
        return silent.isEmpty() ? null : new Violation("runAsNonRoot != true", "pod or " + containers(silent) + " must set securityContext.runAsNonRoot=true");
    }

    static @Nullable Violation runAsUser(PodShape pod) {
        boolean podSets = root(pod.spec());
        List<String> names = pod.names(RestrictedChecks::root);
        return !podSets && names.isEmpty() ? null : new Violation("runAsUser=0", setters(podSets, names) + " must not set runAsUser=0");
    }

    private static boolean root(JsonNode podOrContainer) {
        JsonNode user = PodShape.security(podOrContainer).path("runAsUser");
        return user.isNumber() && user.asLong() == 0;
    }
}
