namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class NearestNamesTests
{
    [TestMethod]
    [DataRow("", "abc", 3)]
    [DataRow("kitten", "sitting", 3)]
    [DataRow("Epochs", "epochs", 0)]
    [DataRow("ab", "ba", 2)]
    public void Distance_CountsEditsAndIgnoresCase(string a, string b, int distance)
    {
        Assert.AreEqual(distance, NearestNames.Distance(a, b));
        Assert.AreEqual(distance, NearestNames.Distance(b, a));
    }

    [TestMethod]
    public void Of_PutsTheFewestEditsFirst() =>
        Assert.AreEqual("Layers, Heads", string.Join(", ", NearestNames.Of("Layer", ["Heads", "Bidirectional", "Layers"], count: 2)));

    [TestMethod]
    public void Of_FindsANestedNameByItsLastPart() =>
        Assert.AreEqual("Training.Epochs", NearestNames.Of("epoch", ["Heads", "Training.Epochs", "Layers"])[0]);

    [TestMethod]
    public void Of_FewCandidates_GivesThemAll() => Assert.HasCount(1, NearestNames.Of("x", ["only"]));
}
