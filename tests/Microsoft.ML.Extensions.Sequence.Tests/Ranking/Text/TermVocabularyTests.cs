using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class TermVocabularyTests
{
    private static readonly string[][] s_documents = [["b", "a", "b"], ["b", "c"], [], ["c", "d", "b"]];

    [TestMethod]
    public void TermsStandFromTwoOnByFallingFrequencyThenByCodeUnits()
    {
        var vocabulary = Build();
        CollectionAssert.AreEqual(new[] { "b", "c", "a", "d" }, Enumerable.Range(2, 4).Select(vocabulary.Term).ToArray());
        CollectionAssert.AreEqual(new[] { 2, 1, 4, 1 }, vocabulary.Ids(["b", "e", "a", ""]));
        Assert.AreEqual(6, vocabulary.Count);
        Assert.AreEqual(4, vocabulary.Documents);
    }

    [TestMethod]
    public void ATermIsCountedOnceADocumentAndAsOftenAsItStands()
    {
        var vocabulary = Build();
        Assert.AreEqual(3, vocabulary.DocumentFrequency(vocabulary.Id("b")));
        Assert.AreEqual(4, vocabulary.Frequency(vocabulary.Id("b")));
        Assert.AreEqual(0, vocabulary.DocumentFrequency(TermVocabulary.Unknown) + vocabulary.DocumentFrequency(TermVocabulary.Padding));
        Assert.AreEqual(0, vocabulary.Frequency(TermVocabulary.Unknown) + vocabulary.Frequency(TermVocabulary.Padding));
    }

    [TestMethod]
    public void RareTermsWeighMoreAndUnknownOnesMost()
    {
        var vocabulary = Build();
        Assert.AreEqual(Math.Log(1 + (1.5 / 3.5)), vocabulary.InverseDocumentFrequency(vocabulary.Id("b")), 1e-12);
        Assert.AreEqual(Math.Log(1 + (4.5 / .5)), vocabulary.InverseDocumentFrequency(TermVocabulary.Unknown), 1e-12);
        Assert.AreEqual(0, vocabulary.InverseDocumentFrequency(TermVocabulary.Padding));
    }

    [TestMethod]
    public void RareTermsAreLeftOut()
    {
        Assert.AreEqual(4, Build(leastDocuments: 2).Count);
        Assert.AreEqual("b", Build(mostTerms: 1).Content.Terms.Single());
        Assert.AreEqual(2, new TermVocabularyBuilder().Build().Count);
    }

    [TestMethod]
    public void ItComesBackFromAModelsDescription()
    {
        var read = JsonSerializer.Deserialize<TermVocabularyContent>(
            JsonSerializer.Serialize(Build().Content, ModelEntry.Json), ModelEntry.Json)!;
        OptionsValidation.Validate(read);
        CollectionAssert.AreEqual(new[] { 5, 2, 1 }, new TermVocabulary(read).Ids(["d", "b", "x"]));
    }

    [TestMethod]
    public void ContentThatCannotBeIsRefused()
    {
        Refused(new(-1, [], [], []), "Documents is -1");
        Refused(new(1, null!, [], []), "Terms is null");
        Refused(new(1, ["a"], [1, 1], [1]), "1 terms, DocumentFrequencies 2 numbers and Frequencies 1");
        Refused(new(1, ["a", ""], [1, 1], [1, 1]), "Terms[1] is empty");
        Refused(new(1, ["a", "a"], [1, 1], [1, 1]), "'a' twice");
        Refused(new(1, ["a"], [2], [2]), "'a' stands 2 times in 2 of 1");
        Refused(new(1, ["a"], [0], [2]), "in 0 of 1");
        Refused(new(2, ["a"], [2], [1]), "1 times in 2 of 2");
        Refused(new(2, ["a", "b"], [1, 1], [1, 2]), "'b' is more frequent");
    }

    private static void Refused(TermVocabularyContent content, string part) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Validate(content)).Message, part);

    private static TermVocabulary Build(int leastDocuments = 1, int mostTerms = int.MaxValue)
    {
        var builder = new TermVocabularyBuilder();
        foreach (var document in s_documents)
        {
            builder.Add(document);
        }
        return builder.Build(leastDocuments, mostTerms);
    }
}
