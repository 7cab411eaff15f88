package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.podowner.PodControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Computes the identity of a set's pods: ordinal, names, labels, and the volumes that are claims.
final class Identity {

    static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    static final String POD_INDEX = "apps.kubernetes.io/pod-index";
    static final String REVISION = "controller-revision-hash";
    /// An ordinal is an `int32`.
    private static final int MOST_DIGITS = 10;

    private Identity() {
    }

    static int start(StatefulSet set) {
        var ordinals = set.getSpec().getOrdinals();
        return ordinals == null || ordinals.getStart() == null ? 0 : ordinals.getStart();
    }

    static int replicas(StatefulSet set) {
        return set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    }

    /// The pod's ordinal; -1 where its name is none of the set's.
    static int ordinal(StatefulSet set, Pod pod) {
        var prefix = set.getMetadata().getName() + "-";
        var name = pod.getMetadata().getName();
        if (!name.startsWith(prefix)) {
            return -1;
        }
        var digits = name.substring(prefix.length());
        if (!digits.matches("0|[1-9][0-9]*") || digits.length() > MOST_DIGITS || Long.parseLong(digits) > Integer.MAX_VALUE) {
            return -1;
        }
        return Integer.parseInt(digits);
    }

    static boolean isMember(StatefulSet set, Pod pod) {
        return ordinal(set, pod) >= 0;
    }

    static boolean isWanted(StatefulSet set, int ordinal) {
        return ordinal >= start(set) && ordinal < start(set) + replicas(set);
    }

    static String podName(StatefulSet set, int ordinal) {
        return set.getMetadata().getName() + "-" + ordinal;
    }

    static String revision(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(REVISION, "");
    }

    /// The labels that the name and the ordinal give a pod.
    static Map<String, String> labels(StatefulSet set, int ordinal) {
        return Map.of(POD_NAME, podName(set, ordinal), POD_INDEX, Integer.toString(ordinal));
    }

    static boolean hasLabels(StatefulSet set, Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels != null && pod.getMetadata().getName().equals(labels.get(POD_NAME));
    }

    /// @param revision the name of the template's revision
    static Pod pod(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
        return new PodBuilder(PodControl.of(template, set))
                .editMetadata().withGenerateName(null).withName(podName(set, ordinal))
                .addToLabels(labels(set, ordinal)).addToLabels(REVISION, revision).endMetadata()
                .editSpec().withHostname(podName(set, ordinal)).withSubdomain(set.getSpec().getServiceName())
                .withVolumes(volumes(set, template, ordinal)).endSpec()
                .build();
    }

    /// A claim takes the place of a volume of its name.
    private static List<Volume> volumes(StatefulSet set, PodTemplateSpec template, int ordinal) {
        var claims = set.getSpec().getVolumeClaimTemplates();
        var volumes = new ArrayList<Volume>();
        claims.forEach(claim -> volumes.add(new VolumeBuilder().withName(claim.getMetadata().getName())
                .withNewPersistentVolumeClaim().withClaimName(Claims.name(set, claim, ordinal)).endPersistentVolumeClaim().build()));
        var names = claims.stream().map(claim -> claim.getMetadata().getName()).collect(Collectors.toSet());
        template.getSpec().getVolumes().stream().filter(volume -> !names.contains(volume.getName())).forEach(volumes::add);
        return volumes;
    }
}
