package io.moka.machinery.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which objects are in a quota's scopes, and the arithmetic of its amounts.
class ScopeTest {

    private static JsonNode json(String text) throws IOException {
        return Json.mapper().readTree(text.replace('\'', '"'));
    }

    private static ResourceList amounts(String text) throws IOException {
        return ResourceList.of(json(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "-", textBlock = """
            Terminating    | Exists | - | pods | {'spec':{'activeDeadlineSeconds':0}}                                                                    | true
            Terminating    | Exists | - | pods | {'spec':{}}                                                                                             | false
            NotTerminating | Exists | - | pods | {'spec':{}}                                                                                             | true
            NotTerminating | Exists | - | pods | {'spec':{'activeDeadlineSeconds':60}}                                                                   | false
            BestEffort     | Exists | - | pods | {'spec':{'containers':[{'name':'a'}]}}                                                                  | true
            BestEffort     | Exists | - | pods | {'spec':{'containers':[{'resources':{'requests':{'cpu':'0','gpu.io/x':'1'}}}]}}                         | true
            BestEffort     | Exists | - | pods | {'spec':{'containers':[{}],'initContainers':[{'resources':{'limits':{'memory':'1Mi'}}}]}}               | false
            BestEffort     | Exists | - | pods | {'spec':{'resources':{'requests':{'cpu':'1'}},'containers':[{}]}}                                       | false
            NotBestEffort  | Exists | - | pods | {'spec':{'containers':[{'resources':{'requests':{'cpu':'1m'}}}]}}                                       | true
            PriorityClass  | Exists | - | pods | {'spec':{'priorityClassName':'high'}}                                                                   | true
            PriorityClass  | Exists | - | pods | {'spec':{}}                                                                                             | false
            PriorityClass  | DoesNotExist | - | pods | {'spec':{}}                                                                                       | true
            PriorityClass  | In     | high,top | pods | {'spec':{'priorityClassName':'top'}}                                                             | true
            PriorityClass  | In     | high | pods | {'spec':{}}                                                                                          | false
            PriorityClass  | NotIn  | high | pods | {'spec':{'priorityClassName':'low'}}                                                                 | true
            PriorityClass  | NotIn  | high | pods | {'spec':{}}                                                                                          | true
            CrossNamespacePodAffinity | Exists | - | pods | {'spec':{'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'k'}]}}}} | false
            CrossNamespacePodAffinity | Exists | - | pods | {'spec':{'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'namespaces':['m']}]}}}} | true
            CrossNamespacePodAffinity | Exists | - | pods | {'spec':{'affinity':{'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'podAffinityTerm':{'namespaceSelector':{}}}]}}}} | true
            VolumeAttributesClass | In | gold | persistentvolumeclaims | {'spec':{'volumeAttributesClassName':'silver'},'status':{'currentVolumeAttributesClassName':'gold'}} | true
            VolumeAttributesClass | In | gold | persistentvolumeclaims | {'status':{'modifyVolumeStatus':{'targetVolumeAttributesClassName':'gold'}}} | true
            VolumeAttributesClass | Exists | - | persistentvolumeclaims | {'spec':{}}                                                                  | false
            BestEffort     | Exists | - | services | {'spec':{}}                                                                                         | false
            Future         | Exists | - | pods | {'spec':{}}                                                                                             | false
            """)
    void anObjectIsInAScopeOrNot(String name, String operator, String values, String plural, String object, boolean matches) throws IOException {
        var scope = new Scope(name, operator, values == null ? List.of() : List.of(values.split(",")));
        assertEquals(matches, scope.matches(plural, json(object)));
    }

    @Test
    void aQuotaCoversWhatIsInAllOfItsScopes() throws IOException {
        var quota = Quota.of(json("""
                {'metadata':{'name':'q'},'spec':{'scopes':['NotTerminating'],'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]}},
                 'status':{'hard':{'pods':'5','secrets':'3','requests.cpu':'2'},'used':{'pods':'1'}}}"""));
        assertTrue(quota.covers("", "pods", json("{'spec':{'priorityClassName':'high'}}")));
        assertFalse(quota.covers("", "pods", json("{'spec':{'priorityClassName':'high','activeDeadlineSeconds':5}}")));
        assertFalse(quota.covers("apps", "pods", json("{'spec':{'priorityClassName':'high'}}")), "only kinds of the core group are in scopes");
        assertEquals("pods=5,requests.cpu=2", quota.hardFor("", "pods").toString());
        assertEquals("secrets=3", quota.hardFor("", "secrets").toString());
    }

    @Test
    void amountsAreAddedByName() throws IOException {
        var first = amounts("{'cpu':'500m','memory':'1Gi'}");
        var second = amounts("{'cpu':'1','pods':'2'}");
        assertEquals("cpu=1500m,memory=1Gi,pods=2", first.plus(second).toString());
        assertEquals("cpu=-500m,memory=1Gi,pods=-2", first.minus(second).toString());
        assertEquals("cpu=1,memory=1Gi,pods=2", first.max(second).toString());
        assertEquals("cpu=500m", first.only(List.of("cpu", "pods")).toString());
        assertEquals("{\"cpu\":\"500m\",\"memory\":\"1Gi\"}", first.toJson().toString());
        assertEquals(first, first.plus(ResourceList.EMPTY));
        assertEquals(second, ResourceList.EMPTY.plus(second));
    }

    /// The overhead of a runtime class counts on top, but makes no limit where there is none.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'containers':[{'resources':{'requests':{'cpu':'1'},'limits':{'cpu':'2'}}}],'overhead':{'cpu':'100m','memory':'10Mi'}} | cpu=1100m,memory=10Mi | cpu=2100m
            {'containers':[{}],'overhead':{'cpu':'100m'}}                                                                         | cpu=100m             | ""
            {'containers':[{'resources':{'requests':{'cpu':'1','x.io/a':'1'}}}],'resources':{'requests':{'cpu':'3','x.io/a':'9'},'limits':{'memory':'1Gi'}}} | cpu=3,x.io/a=1 | memory=1Gi
            {'containers':[{'resources':{'requests':{'cpu':'1'}}}],'initContainers':[{'restartPolicy':'Always','resources':{'requests':{'cpu':'2'}}},{'resources':{'requests':{'cpu':'500m'}}}]} | cpu=3 | ""
            """)
    void aPodTakesWhatItNeedsAtMostAtAnyTime(String spec, String requests, String limits) throws IOException {
        assertEquals(requests, PodResources.requestsWithOverhead(json(spec)).toString());
        assertEquals(limits, PodResources.limitsWithOverhead(json(spec)).toString());
    }
}
