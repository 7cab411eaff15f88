package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ObjectConverter;
import io.moka.apiserver.core.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// A request in the version of its resource that an extension asks for.
///
/// @param object    the new object in that version; may be changed, and is then to be given back with [#take]
/// @param oldObject the old object in that version
public record ReviewedRequest(AdmissionRequest request, ResourceType as, @Nullable ObjectNode object, @Nullable ObjectNode oldObject) {

    public static ReviewedRequest of(AdmissionRequest request, ResourceType as, ObjectConverter versions) {
        return new ReviewedRequest(request, as, shown(request, as, request.object(), versions), shown(request, as, request.oldObject(), versions));
    }

    private static @Nullable ObjectNode shown(AdmissionRequest request, ResourceType as, @Nullable ObjectNode object, ObjectConverter versions) {
        boolean same = object == null || as.gvk().equals(request.type().gvk()) || !request.kind().equals(request.type().gvk());
        return same ? object : versions.convert(request.type(), as, object);
    }

    /// Returns the kind of the objects.
    public GroupVersionKind kind() {
        return request.kind().equals(request.type().gvk()) ? as.gvk() : request.kind();
    }

    /// Converts a changed object to the request's own version and makes it the request's object.
    public void take(ObjectNode changed, ObjectConverter versions) {
        ObjectNode own = kind().equals(request.kind()) ? changed : versions.convert(as, request.type(), changed);
        ObjectNode target = request.newObject();
        if (own != target) {
            target.removeAll();
            target.setAll(own);
        }
    }

    /// Returns the request without its objects, as the `request` of an AdmissionReview and of expressions.
    public ObjectNode toJson() {
        ObjectNode facts = Json.object();
        facts.set("kind", kind(kind()));
        facts.set("resource", resource(as));
        putIfAny(facts, "subResource", request.subresource());
        facts.set("requestKind", kind(request.kind()));
        facts.set("requestResource", resource(request.type()));
        putIfAny(facts, "requestSubResource", request.subresource());
        putIfAny(facts, "name", request.name());
        putIfAny(facts, "namespace", request.namespaceConcerned());
        facts.put("operation", request.operation().name());
        facts.set("userInfo", user(request.user()));
        facts.put("dryRun", request.dryRun());
        ObjectNode options = request.options();
        if (options == null) {
            facts.putNull("options");
        } else {
            facts.set("options", options);
        }
        return facts;
    }

    private static ObjectNode kind(GroupVersionKind kind) {
        return Json.object().put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
    }

    private static ObjectNode resource(ResourceType type) {
        return Json.object().put("group", type.group()).put("version", type.version()).put("resource", type.plural());
    }

    private static ObjectNode user(UserInfo user) {
        ObjectNode info = Json.object();
        putIfAny(info, "username", user.name());
        putIfAny(info, "uid", user.uid());
        user.groups().forEach(group -> info.withArray("groups").add(group));
        user.extra().forEach((key, values) -> values.forEach(value -> Json.child(info, "extra").withArray(key).add(value)));
        return info;
    }

    private static void putIfAny(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }
}
