package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.plan.Write;
import java.util.ArrayList;
import java.util.List;

/// The writes for one pod of a set, in order. The writes for different pods do not depend on each other.
///
/// @param verb the action on the pod, for events; empty if only its claims are written
record PodStep(String verb, String pod, List<Write> writes) {

    /// @param writes in order; the event that tells of their success is added
    static PodStep of(StatefulSet set, String verb, String pod, List<Write> writes) {
        var all = new ArrayList<>(writes);
        all.add(Write.normal(set, "Successful" + capitalised(verb), message(set, verb, pod) + " successful"));
        return new PodStep(verb, pod, List.copyOf(all));
    }

    static PodStep claims(String pod, List<Write> writes) {
        return new PodStep("", pod, List.copyOf(writes));
    }

    Write failure(StatefulSet set, String error) {
        return failure(set, verb, pod, error);
    }

    static Write failure(StatefulSet set, String verb, String pod, String error) {
        return Write.warning(set, "Failed" + capitalised(verb), message(set, verb, pod) + " failed error: " + error);
    }

    private static String message(StatefulSet set, String verb, String pod) {
        return verb + " Pod " + pod + " in StatefulSet " + set.getMetadata().getName();
    }

    private static String capitalised(String verb) {
        return Character.toUpperCase(verb.charAt(0)) + verb.substring(1);
    }
}
