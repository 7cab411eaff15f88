package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// Whether a definition in one of Kubernetes' own groups is approved by the project, from its
/// annotation: the approval's URL, or a text that starts with `unapproved`.
///
/// @param reason the reason in the condition
/// @param said the annotation's value, empty when there is none
record Approval(boolean approved, String reason, String message, String said) {
    static final String CONDITION = "KubernetesAPIApprovalPolicyConformant";
    private static final String ANNOTATION = "api-approved.kubernetes.io";
    private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";
    private static final String NEEDED = "protected groups must have approval annotation \"" + ANNOTATION + "\"";

    /// Returns null for groups that are not protected.
    static @Nullable Approval of(ObjectNode definition) {
        String domain = "." + Json.text(definition, "spec", "group");
        if (!domain.endsWith(".k8s.io") && !domain.endsWith(".kubernetes.io")) {
            return null;
        }
        String said = Json.text(definition, "metadata", "annotations", ANNOTATION);
        if (said.isEmpty()) {
            return new Approval(false, "MissingAnnotation", NEEDED + SEE, said);
        } else if (said.startsWith("unapproved")) {
            return new Approval(false, "UnapprovedAnnotation", "not approved: \"" + said + "\"", said);
        } else if (isUrl(said)) {
            return new Approval(true, "ApprovedAnnotation", "approved in " + said, said);
        }
        return new Approval(false, "InvalidAnnotation", NEEDED + " with either a URL or a reason starting with \"unapproved\"" + SEE, said);
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null && uri.getHost() != null;
        } catch (URISyntaxException none) {
            return false;
        }
    }

    /// Requires a valid annotation in a protected group; an update that leaves the state of the approval as it was is accepted.
    static void check(ObjectNode definition, @Nullable ObjectNode old, Problems problems) {
        Approval now = of(definition);
        Approval was = old == null ? null : of(old);
        if (now == null || was != null && was.reason.equals(now.reason)) {
            return;
        }
        FieldPath at = FieldPath.ROOT.child("metadata").child("annotations").key(ANNOTATION);
        switch (now.reason) {
            case "MissingAnnotation" -> problems.required(at, now.message);
            case "InvalidAnnotation" -> problems.invalid(at, now.said, now.message);
            default -> { }
        }
    }
}
