package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.Answers;
import io.moka.apiserver.core.rest.Intake;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.WriteOptions;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.apiserver.front.authn.ServiceAccountToken;
import io.moka.apiserver.front.authn.ServiceAccountToken.Bound;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Serves `serviceaccounts/token`: issues a token for an account, for a limited time, optionally bound to a pod or secret.
final class TokenSubresource implements TargetHandler {
    private static final GroupVersionKind TOKEN_REQUEST = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");
    private static final long DEFAULT_SECONDS = 3600;
    private static final long MIN_SECONDS = 600;
    private static final long MAX_SECONDS = 1L << 32;

    private final VerbContext context;
    private final Intake intake;
    private final Subresources.Services services;

    TokenSubresource(VerbContext context, Intake intake, Subresources.Services services) {
        this.context = context;
        this.intake = intake;
        this.services = services;
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        if (!exchange.info().verb().equals("create")) {
            throw ResourceHandler.notAllowed();
        }
        ObjectNode request = intake.read(exchange, TOKEN_REQUEST);
        context.caches().awaitFresh();
        ObjectNode account = context.caches().get(target.type(), target.namespace(), target.name());
        if (account == null) {
            throw target.notFound();
        }
        var admission = new AdmissionRequest(AdmissionRequest.Operation.CREATE, target.type(), target.subresource(), TOKEN_REQUEST, target.namespace(), target.name(),
                request, null, WriteOptions.caller(exchange));
        context.admission().mutate(admission);
        context.admission().validate(admission);
        ServiceAccountToken token = token(target, request, account);
        fillIn(request, target, token);
        Answers.whole(exchange, 201, request);
    }

    private ServiceAccountToken token(Target target, ObjectNode request, ObjectNode account) {
        Instant now = context.clock().instant();
        long seconds = request.path("spec").path("expirationSeconds").asLong(DEFAULT_SECONDS);
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            String message = "Invalid value: " + seconds + (seconds < MIN_SECONDS ? ": may not specify a duration less than 10 minutes" : ": may not specify a duration larger than 2^32 seconds");
            throw ApiException.invalid("authentication.k8s.io", "TokenRequest", target.name(), "spec.expirationSeconds: " + message,
                    List.of(new StatusCause("FieldValueInvalid", message, "spec.expirationSeconds")));
        }
        long most = services.accounts().maxTokenLifetime.toSeconds();
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
            case "Pod" -> context.catalog().get("", "v1", "pods");
            case "Secret" -> context.catalog().get("", "v1", "secrets");
            case "Node" -> context.catalog().get("", "v1", "nodes");
            default -> throw ApiException.badRequest("cannot bind token to object of type " + gvk(reference));
        };
        String name = Json.text(reference, "name");
        ObjectNode found = context.caches().get(type, type.namespaced() ? target.namespace() : "", name);
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
        ObjectNode node = name.isEmpty() ? null : context.caches().get(context.catalog().get("", "v1", "nodes"), "", name);
        return node == null ? Bound.NONE : new Bound(name, Json.uid(node));
    }

    private void fillIn(ObjectNode request, Target target, ServiceAccountToken token) {
        request.putObject("metadata").put("name", target.name()).put("namespace", target.namespace())
                .put("creationTimestamp", Times.format(context.clock().instant()));
        ObjectNode spec = Json.child(request, "spec");
        spec.putArray("audiences").addAll(token.audiences().stream().map(Json.object()::textNode).toList());
        spec.put("expirationSeconds", token.expiresAt().getEpochSecond() - token.issuedAt().getEpochSecond());
        request.putObject("status").put("token", services.authenticators().signer().sign(token)).put("expirationTimestamp", Times.format(token.expiresAt()));
    }
}
