package io.moka.apiserver.core.schema;

import io.moka.apiserver.core.resource.GroupVersionKind;

/// A value with a wrong JSON type; the request is answered with 400 BadRequest.
///
/// @param detail the decoder's error, such as `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`
public record TypeProblem(GroupVersionKind kind, String detail) {

    /// Returns the message of the Status, as upstream words it.
    public String message() {
        return "%s in version \"%s\" cannot be handled as a %s: %s"
                .formatted(kind.kind(), kind.version(), kind.kind(), detail);
    }
}
