package io.moka.machinery.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaUsageTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static JsonNode json(String text) throws IOException {
        return Json.mapper().readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
             | secrets                | {}                                                        | count/secrets=1,secrets=1
            apps | deployments         | {}                                                        | count/deployments.apps=1
            apps | services            | {'spec':{'type':'NodePort','ports':[{}]}}                 | count/services.apps=1
             | services               | {'spec':{'type':'ClusterIP','ports':[{}]}}                | count/services=1,services=1
             | services               | {'spec':{'type':'LoadBalancer','ports':[{},{}]}}          | count/services=1,services=1,services.loadbalancers=1,services.nodeports=2
             | services               | {'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{'nodePort':30000},{}]}} | count/services=1,services=1,services.loadbalancers=1,services.nodeports=1
             | persistentvolumeclaims | {'spec':{'storageClassName':'c','resources':{'requests':{'storage':'1Gi'}}},'status':{'allocatedResources':{'storage':'2Gi'}}} | c.storageclass.storage.k8s.io/persistentvolumeclaims=1,c.storageclass.storage.k8s.io/requests.storage=2Gi,count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=2Gi
             | pods                   | {'spec':{}}                                               | count/pods=1,pods=1
             | pods                   | {'status':{'phase':'Failed'}}                             | count/pods=1
             | pods                   | {'metadata':{'deletionTimestamp':'2025-12-31T23:59:00Z','deletionGracePeriodSeconds':30}} | count/pods=1
             | pods                   | {'metadata':{'deletionTimestamp':'2025-12-31T23:59:50Z','deletionGracePeriodSeconds':30}} | count/pods=1,pods=1
             | pods                   | {'spec':{'containers':[{'resources':{'requests':{'cpu':'100m','a.b/c':'2','hugepages-2Mi':'4Mi'},'limits':{'memory':'1Gi','a.b/c':'2'}}}]}} | count/pods=1,cpu=100m,hugepages-2Mi=4Mi,limits.memory=1Gi,pods=1,requests.a.b/c=2,requests.cpu=100m,requests.hugepages-2Mi=4Mi
             | pods                   | {'spec':{'overhead':{'cpu':'50m','memory':'1Mi'},'containers':[{'resources':{'requests':{'cpu':'100m'},'limits':{'cpu':'1'}}}]}} | count/pods=1,cpu=150m,limits.cpu=1050m,memory=1Mi,pods=1,requests.cpu=150m,requests.memory=1Mi
             | pods                   | {'spec':{'resources':{'requests':{'cpu':'3'}},'containers':[{'resources':{'requests':{'cpu':'1'}}}]}} | count/pods=1,cpu=3,pods=1,requests.cpu=3
             | pods                   | {'spec':{'initContainers':[{'resources':{'requests':{'cpu':'2'}}},{'restartPolicy':'Always','resources':{'requests':{'cpu':'1'}}},{'resources':{'requests':{'cpu':'2500m'}}}],'containers':[{'resources':{'requests':{'cpu':'1'}}}]}} | count/pods=1,cpu=3500m,pods=1,requests.cpu=3500m
            """)
    void countsWhatAnObjectTakes(String group, String plural, String object, String usage) throws IOException {
        assertEquals(usage, QuotaUsage.of(group == null ? "" : group, plural, json(object), NOW).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
             | pods                   | requests.nvidia.com/gpu                            | true
             | pods                   | nvidia.com/gpu                                     | false
             | pods                   | requests.storage                                   | false
             | pods                   | count/pods                                         | true
             | persistentvolumeclaims | requests.storage                                   | true
             | persistentvolumeclaims | c.storageclass.storage.k8s.io/requests.storage     | true
             | pods                   | c.storageclass.storage.k8s.io/requests.storage     | false
             | services               | services.loadbalancers                             | true
             | endpoints              | endpoints                                          | false
             | endpoints              | count/endpoints                                    | true
            apps | deployments        | count/deployments.apps                             | true
            apps | deployments        | count/deployments                                  | false
            """)
    void knowsWhatAKindIsCountedBy(String group, String plural, String name, boolean tracked) {
        assertEquals(tracked, QuotaUsage.tracks(group == null ? "" : group, plural, name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            {'containers':[{'name':'b'},{'name':'a','resources':{'requests':{'cpu':'1'}}}]}                          | cpu,memory | cpu for: b; memory for: a,b
            {'containers':[{'name':'a'}]}                                                                           | pods       |
            {'containers':[{'name':'a'}]}                                                                           | limits.cpu | limits.cpu for: a
            {'resources':{'requests':{'cpu':'1'}},'containers':[{'name':'a'}]}                                      | cpu        |
            {'containers':[{'name':'a','resources':{'limits':{'cpu':'1'},'requests':{'cpu':'1'}}}],'initContainers':[{'name':'i'}]} | requests.cpu | requests.cpu for: i
            """)
    void tellsWhoSaysTooLittle(String spec, String counted, String missing) throws IOException {
        assertEquals(missing == null ? "" : missing, MissingRequests.of(json(spec), List.of(counted.split(","))));
    }
}
