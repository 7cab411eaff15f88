package io.moka.apiserver.schema;

import io.moka.apiserver.resource.GroupVersionKind;

/// A value whose JSON type is not the schema's; the request is answered with 400 BadRequest.
///
/// @param detail such as `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`
public record TypeProblem(GroupVersionKind kind, String detail) {

    /// The whole Status message, as upstream words it.
    public String message() {
        return "%s in version \"%s\" cannot be handled as a %s: %s"
                .formatted(kind.kind(), kind.version(), kind.kind(), detail);
    }
}
