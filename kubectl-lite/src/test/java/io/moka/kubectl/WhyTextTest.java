package io.moka.kubectl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WhyTextTest {

    private static String text(String answer, boolean supposed) throws IOException {
        var out = new ByteArrayOutputStream();
        new WhyText(new JsonMapper().readTree(answer.replace('\'', '"')), supposed).print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aPlacedPodShowsItsScores() throws IOException {
        assertEquals("""
                pod n/x, priority 0: on node a
                attempt 1 at 2026-01-01T00:00:00Z:
                placed on a: 2 of 3 nodes that were looked at fitted
                NODE   TOTAL   Fit   Taints
                a      350     50    300
                b      340     40    300
                """, text("""
                {'namespace':'n','pod':'x','priority':0,'state':'on node a','decision':{'attempt':1,'time':'2026-01-01T00:00:00Z','outcome':{'result':'Placed','node':'a','evaluated':3,
                'feasible':2,'ranking':{'plugins':['Fit','Taints'],'nodes':[{'node':'a','total':350,'scores':[50,300]},{'node':'b','total':340,'scores':[40,300]}]}}}}""", false));
    }

    @Test
    void aPendingPodShowsEachNodesSmallestChange() throws IOException {
        assertEquals("""
                pod n/x, priority 0: unschedulableQ since now
                attempt 2 at t:
                0/2 nodes are available: 1 Insufficient cpu, 1 odd.
                NODE   REFUSED BY         SMALLEST CHANGE
                b      NodeResourcesFit   lacks 200m CPU; pod default/x, priority 0, holds 500m
                a      Odd                odd
                and 7 more nodes
                preemption: none
                tried again five minutes after the last attempt, or earlier when:
                  a pod is removed (NodeResourcesFit)
                """, text("""
                {'namespace':'n','pod':'x','priority':0,'state':'unschedulableQ since now','decision':{'attempt':2,'time':'t','outcome':{'result':'Pending',
                'message':'0/2 nodes are available: 1 Insufficient cpu, 1 odd.','moreNodes':7,'preemption':'preemption: none','waitsFor':['a pod is removed (NodeResourcesFit)'],'nodes':[
                {'node':'b','plugin':'NodeResourcesFit','reasons':['Insufficient cpu'],'change':'lacks 200m CPU; pod default/x, priority 0, holds 500m'},
                {'node':'a','plugin':'Odd','reasons':['odd'],'change':''}]}}}""", false));
    }

    @Test
    void aHypothesisSaysWhatWouldBe() throws IOException {
        assertEquals("pod n/x: on node a\nwould be placed on b: 1 of 1 nodes that were looked at fitted\n", text("""
                {'namespace':'n','pod':'x','state':'on node a','decision':{'outcome':{'result':'Placed','node':'b','evaluated':1,'feasible':1,'ranking':{'plugins':[],'nodes':[]}}}}""", true));
    }
}
