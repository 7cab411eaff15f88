package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.Trees;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleCoverageTest {
    private static List<PolicyRule> rules(String yaml) {
        List<PolicyRule> rules = new ArrayList<>();
        for (JsonNode rule : Trees.node("[" + yaml + "]")) {
            rules.add(PolicyRule.of(rule));
        }
        return rules;
    }

    @ParameterizedTest(name = "{1} of {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{apiGroups: [''], resources: [pods], verbs: [get, list]} | {apiGroups: [''], resources: [pods], verbs: [get]} | ``",
        "{apiGroups: ['*'], resources: ['*'], verbs: ['*']} | {apiGroups: [apps], resources: [deployments/scale], verbs: [update]} | ``",
        "{apiGroups: [''], resources: ['*/status'], verbs: [get]} | {apiGroups: [''], resources: [pods/status], verbs: [get]} | ``",
        "{apiGroups: [''], resources: [pods], verbs: [get]} | {apiGroups: [''], resources: [pods/status], verbs: [get]} | {APIGroups:[\"\"], Resources:[\"pods/status\"], Verbs:[\"get\"]}",
        "{apiGroups: [''], resources: [pods], verbs: [get]}, {apiGroups: [''], resources: [secrets], verbs: [get]} | {apiGroups: [''], resources: [pods, secrets], verbs: [get]} | ``",
        "{apiGroups: [''], resources: [secrets], resourceNames: [a, b], verbs: [get]} | {apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]} | ``",
        "{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]} | {apiGroups: [''], resources: [secrets], verbs: [get]} | {APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}",
        "{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]} | {apiGroups: [''], resources: [secrets], resourceNames: [a, c], verbs: [get]} | {APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"c\"], Verbs:[\"get\"]}",
        "{apiGroups: [''], resources: [pods], verbs: [get, list, watch]} | {apiGroups: [''], resources: [pods], verbs: ['*']} | {APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"*\"]}",
        "{nonResourceURLs: ['/metrics/*'], verbs: [get]} | {nonResourceURLs: [/metrics/slis], verbs: [get]} | ``",
        "{nonResourceURLs: ['/metrics/*'], verbs: [get]} | {nonResourceURLs: [/metrics], verbs: [get]} | {NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}",
        "{nonResourceURLs: ['/a'], verbs: [get]} | {nonResourceURLs: ['*'], verbs: [get]} | {NonResourceURLs:[\"*\"], Verbs:[\"get\"]}",
        "`` | {apiGroups: [''], resources: [pods], verbs: [get, delete]} | {APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\" \"delete\"]}",
        "{apiGroups: [apps], resources: [deployments], verbs: [get]} | {apiGroups: [batch], resources: [deployments], verbs: [get]} | {APIGroups:[\"batch\"], Resources:[\"deployments\"], Verbs:[\"get\"]}",
    })
    void whatIsMissingIsNamed(String held, String wanted, String missing) {
        assertEquals(missing, String.join(" ", RuleCoverage.missing(rules(held), rules(wanted))));
    }
}
