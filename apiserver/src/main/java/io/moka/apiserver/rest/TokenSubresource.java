package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.authn.ServiceAccountToken;
import io.moka.apiserver.authn.ServiceAccountToken.Bound;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// `serviceaccounts/token`: a new token for an account, for a time, bound to a pod or secret if asked.
final class TokenSubresource implements Subresource {
    private static final GroupVersionKind TOKEN_REQUEST = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");
    private static final long DEFAULT_SECONDS = 3600;
    private static final long MIN_SECONDS = 600;
    private static final long MAX_SECONDS = 1L << 32;

    private final Registry registry;
    private final Intake intake;
    private final ResourceHandler.Services services;

    TokenSubresource(Registry registry, Intake intake, ResourceHandler.Services services) {
        this.registry = registry;
        this.intake = intake;
        this.services = services;
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        if (!exchange.info().verb().equals("create")) {
            throw ResourceHandler.notAllowed();
        }
        ObjectNode request = intake.read(exchange, TOKEN_REQUEST);
        registry.caches().awaitFresh();
        ObjectNode account = registry.caches().get(target.type(), target.namespace(), target.name());
        if (account == null) {
            throw target.notFound();
        }
        var admission = new AdmissionRequest(AdmissionRequest.Operation.CREATE, target.type(), target.subresource(), TOKEN_REQUEST, target.namespace(), target.name(),
                request, null, WriteOptions.caller(exchange));
        registry.admission().mutate(admission);
        registry.admission().validate(admission);
        ServiceAccountToken token = token(target, request, account);
        fillIn(request, target, token);
        exchange.answer(201, request);
    }

    private ServiceAccountToken token(Target target, ObjectNode request, ObjectNode account) {
        Instant now = registry.clock().instant();
        long seconds = request.path("spec").path("expirationSeconds").asLong(DEFAULT_SECONDS);
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            String message = "Invalid value: " + seconds + (seconds < MIN_SECONDS ? ": may not specify a duration less than 10 minutes" : ": may not specify a duration larger than 2^32 seconds");
            throw ApiException.invalid("authentication.k8s.io", "TokenRequest", target.name(), "spec.expirationSeconds: " + message,
                    List.of(new StatusCause("FieldValueInvalid", message, "spec.expirationSeconds")));
        }
        long most = services.accounts().maxTokenSeconds;
        seconds = most > 0 ? Math.min(seconds, most) : seconds;
        List<String> audiences = new ArrayList<>();
        request.path("spec").path("audiences").forEach(audience -> audiences.add(audience.asText()));
        if (audiences.isEmpty()) {
            audiences.addAll(services.accounts().apiAudiences());
        }
        JsonNode reference = request.path("spec").path("boundObjectRef");
        String kind = Json.text(reference, "kind");
        ObjectNode boundTo = kind.isEmpty() ? Json.object() : find(target, reference);
        Bound bound = kind.isEmpty() ? Bound.NONE : new Bound(Json.name(boundTo), Json.uid(boundTo));
        return new ServiceAccountToken(target.namespace(), target.name(), Json.uid(account),
                kind.equals("Pod") ? bound : Bound.NONE, kind.equals("Secret") ? bound : Bound.NONE,
                kind.equals("Node") ? bound : nodeOf(boundTo), audiences, now, now.plusSeconds(seconds), UUID.randomUUID().toString());
    }

    private ObjectNode find(Target target, JsonNode reference) {
        String kind = Json.text(reference, "kind");
        ResourceType type = switch (kind) {
            case "Pod" -> registry.catalog().get("", "v1", "pods");
            case "Secret" -> registry.catalog().get("", "v1", "secrets");
            case "Node" -> registry.catalog().get("", "v1", "nodes");
            default -> throw ApiException.badRequest("cannot bind token to object of type " + gvk(reference));
        };
        String name = Json.text(reference, "name");
        ObjectNode found = registry.caches().get(type, type.namespaced() ? target.namespace() : "", name);
        if (found == null) {
            throw ApiException.notFound("", type.plural(), name);
        }
        String uid = Json.text(reference, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.uid(found))) {
            throw ApiException.conflict("", type.plural(), name, "the UID in the bound object reference (" + uid
                    + ") does not match the UID in record. The object might have been deleted and then recreated");
        }
        if (kind.equals("Pod") && !Json.text(found, "spec", "serviceAccountName").equals(target.name())) {
            throw ApiException.badRequest("cannot bind token for serviceaccount \"" + target.name() + "\" to pod running with different serviceaccount name.");
        }
        return found;
    }

    private static String gvk(JsonNode reference) {
        return GroupVersionKind.of(Json.text(reference, "apiVersion"), Json.text(reference, "kind")).toString();
    }

    private Bound nodeOf(ObjectNode pod) {
        String name = Json.text(pod, "spec", "nodeName");
        ObjectNode node = name.isEmpty() ? null : registry.caches().get(registry.catalog().get("", "v1", "nodes"), "", name);
        return node == null ? Bound.NONE : new Bound(name, Json.uid(node));
    }

    private void fillIn(ObjectNode request, Target target, ServiceAccountToken token) {
        request.putObject("metadata").put("name", target.name()).put("namespace", target.namespace())
                .put("creationTimestamp", Times.format(registry.clock().instant()));
        ObjectNode spec = Json.child(request, "spec");
        spec.putArray("audiences").addAll(token.audiences().stream().map(Json.object()::textNode).toList());
        spec.put("expirationSeconds", token.expiresAt().getEpochSecond() - token.issuedAt().getEpochSecond());
        request.putObject("status").put("token", services.authenticators().signer().sign(token)).put("expirationTimestamp", Times.format(token.expiresAt()));
    }
}
