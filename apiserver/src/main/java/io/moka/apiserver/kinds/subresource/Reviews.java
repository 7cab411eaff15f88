package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.AdmissionChain;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.rest.Answers;
import io.moka.apiserver.core.rest.Intake;
import io.moka.apiserver.core.rest.Representation;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.WriteOptions;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.front.authn.Authentication;
import io.moka.apiserver.front.authn.Credentials;
import io.moka.apiserver.front.authn.TokenAuthenticator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Serves the review resources: token reviews, access reviews, rules reviews and self-subject reviews. They are answered and not stored.
final class Reviews implements TargetHandler {
    private final Intake intake;
    private final AdmissionChain admission;
    private final Subresources.Services services;

    Reviews(Intake intake, AdmissionChain admission, Subresources.Services services) {
        this.admission = admission;
        this.intake = intake;
        this.services = services;
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        Representation.requireWhole(exchange);
        Answers.whole(exchange, 201, review(exchange, target));
    }

    private ObjectNode review(Exchange exchange, Target target) {
        ObjectNode review = intake.read(exchange, target.type().gvk());
        var request = new AdmissionRequest(Operation.CREATE, target.type(), "", target.type().gvk(), target.namespace(), "", review, null, WriteOptions.caller(exchange));
        admission.mutate(request);
        admission.validate(request);
        if (target.type().kind().endsWith("SubjectAccessReview")) {
            Intake.requireValid(target.type(), "", ReviewRules.check(target.type().kind(), review, target.namespace()));
        }
        switch (target.type().kind()) {
            case "TokenReview" -> reviewToken(review);
            case "SubjectAccessReview" -> reviewAccess(review, named(review.path("spec")));
            case "SelfSubjectAccessReview" -> reviewAccess(review, exchange.user());
            case "LocalSubjectAccessReview" -> reviewAccess(review, named(review.path("spec")));
            case "SelfSubjectReview" -> writeUser(review.putObject("status").putObject("userInfo"), exchange.user());
            case "SelfSubjectRulesReview" -> reviewRules(review, exchange.user());
            default -> throw ApiException.noSuchPath();
        }
        return review;
    }

    private void reviewRules(ObjectNode review, UserInfo user) {
        String namespace = Json.text(review, "spec", "namespace");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        review.set("status", services.rules().apply(user, namespace));
    }

    private void reviewToken(ObjectNode review) {
        String token = Json.text(review, "spec", "token");
        if (token.isEmpty()) {
            throw ApiException.badRequest("token is required for TokenReview in authentication");
        }
        List<String> audiences = new ArrayList<>();
        review.path("spec").path("audiences").forEach(audience -> audiences.add(audience.asText()));
        if (audiences.isEmpty()) {
            audiences.addAll(services.accounts().apiAudiences());
        }
        ObjectNode status = review.putObject("status");
        switch (check(token, audiences)) {
            case Authentication.Authenticated(UserInfo user) -> {
                writeUser(status.put("authenticated", true).putObject("user"), user);
                var both = status.putArray("audiences");
                audiencesOf(token).stream().filter(audiences::contains).forEach(both::add);
            }
            case Authentication.Rejected(String reason) -> status.put("authenticated", false).put("error", reason);
            case Authentication.Absent() -> status.put("authenticated", false);
        }
    }

    /// Checks a token for one of the audiences. Tokens that are no service-account tokens have no audience of their own and count as issued for this server.
    private Authentication check(String token, List<String> audiences) {
        TokenAuthenticator accounts = services.authenticators().accounts();
        return switch (accounts.check(token, audiences)) {
            case Authentication.Authenticated known -> known;
            case Authentication.Absent absent -> absent;
            case Authentication.Rejected rejected -> audiences.stream().noneMatch(services.accounts().apiAudiences()::contains) ? rejected
                    : services.authenticators().bearer().authenticate(new Credentials(List.of(), token));
        };
    }

    private List<String> audiencesOf(String token) {
        List<String> own = services.authenticators().accounts().audiencesOf(token);
        return own.isEmpty() ? services.accounts().apiAudiences() : own;
    }

    private static void writeUser(ObjectNode node, UserInfo user) {
        node.put("username", user.name());
        if (!user.uid().isEmpty()) {
            node.put("uid", user.uid());
        }
        var groups = node.putArray("groups");
        user.groups().forEach(groups::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = node.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(value -> extra.withArray(key).add(value)));
        }
    }

    private static UserInfo named(JsonNode spec) {
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        Map<String, List<String>> extra = new LinkedHashMap<>();
        spec.path("extra").properties().forEach(entry -> {
            List<String> values = new ArrayList<>();
            entry.getValue().forEach(value -> values.add(value.asText()));
            extra.put(entry.getKey(), values);
        });
        return new UserInfo(Json.text(spec, "user"), Json.text(spec, "uid"), groups, extra);
    }

    private void reviewAccess(ObjectNode review, UserInfo user) {
        JsonNode resource = review.path("spec").path("resourceAttributes");
        JsonNode path = review.path("spec").path("nonResourceAttributes");
        Attributes asked = resource.isObject()
                ? new Attributes(user, Json.text(resource, "verb"), Json.text(resource, "group"), Json.text(resource, "version"),
                        Json.text(resource, "resource"), Json.text(resource, "subresource"), Json.text(resource, "namespace"), Json.text(resource, "name"), true, "")
                : Attributes.nonResource(user, Json.text(path, "verb"), Json.text(path, "path"));
        ObjectNode status = review.putObject("status");
        switch (services.authorizer().authorize(asked)) {
            case Decision.Allow(String reason) -> {
                status.put("allowed", true);
                if (!reason.isEmpty()) {
                    status.put("reason", reason);
                }
            }
            case Decision.Deny(String reason) -> status.put("allowed", false).put("denied", true).put("reason", reason);
            case Decision.NoOpinion(String reason) -> {
                status.put("allowed", false);
                if (!reason.isEmpty()) {
                    status.put("reason", reason);
                }
            }
        }
    }
}
