package io.moka.apiserver.front.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.testing.Trees;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuditPolicyTest {
    private static final String POLICY = """
            {apiVersion: audit.k8s.io/v1, kind: Policy, omitStages: [RequestReceived], rules: [
              {level: None, users: ['system:kube-proxy'], verbs: [watch], resources: [{group: '', resources: [endpoints, services]}]},
              {level: None, userGroups: ['system:authenticated'], nonResourceURLs: ['/api*', /version]},
              {level: Request, resources: [{group: '', resources: [configmaps]}], namespaces: [kube-system]},
              {level: Metadata, resources: [{group: '', resources: [secrets, configmaps]}]},
              {level: None, resources: [{group: '', resources: [configmaps], resourceNames: [controller-leader]}]},
              {level: RequestResponse, resources: [{group: '', resources: [pods]}], omitStages: [ResponseStarted]},
              {level: Request, resources: [{group: '', resources: ['pods/*']}]},
              {level: Metadata, resources: [{group: apps, resources: ['*/scale']}]},
              {level: Request, resources: [{group: apps}]}]}""";

    private static AuditPolicy policy() throws IOException {
        return AuditPolicy.of(Trees.object(POLICY), "test");
    }

    @ParameterizedTest(name = "{0} {1} {2}/{3} in {4}")
    @CsvSource({
        "system:kube-proxy, watch,  '',   services,          default,     None",
        "system:kube-proxy, list,   '',   services,          default,     None",
        "ann,               get,    '',   secrets,           default,     Metadata",
        "ann,               get,    '',   configmaps,        kube-system, Request",
        "ann,               get,    '',   configmaps,        default,     Metadata",
        "ann,               create, '',   pods,              default,     RequestResponse",
        "ann,               get,    '',   pods/log,          default,     Request",
        "ann,               update, apps, deployments/scale, default,     Metadata",
        "ann,               update, apps, deployments,       default,     Request",
        "ann,               get,    batch, jobs,             default,     None",
    })
    void theFirstRuleThatFitsDecides(String user, String verb, String group, String resource, String namespace, String level) throws IOException {
        String[] parts = resource.split("/");
        var request = new Attributes(new UserInfo(user, List.of("system:authenticated")), verb, group, "v1", parts[0], parts.length > 1 ? parts[1] : "", namespace, "x", true, "");
        assertEquals(level, policy().of(request).level().text);
    }

    @Test
    void pathsFitByTheirBeginning() throws IOException {
        var request = Attributes.nonResource(new UserInfo("ann", List.of("system:authenticated")), "get", "/apis/apps");
        assertEquals(AuditLevel.NONE, policy().of(request).level());
    }

    @Test
    void stagesOfRuleAndPolicyAreBothOmitted() throws IOException {
        var request = new Attributes(new UserInfo("ann", List.of()), "create", "", "v1", "pods", "", "default", "x", true, "");
        assertEquals(java.util.Set.of("RequestReceived", "ResponseStarted"), policy().of(request).omitStages());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{rules: []} | a policy must have rules", "{rules: [{level: Loud}]} | no audit level is called"})
    void nonsenseIsRefused(String text, String message) {
        var refused = assertThrows(IOException.class, () -> AuditPolicy.of(Trees.object(text), "test"));
        assertEquals(true, String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }
}
