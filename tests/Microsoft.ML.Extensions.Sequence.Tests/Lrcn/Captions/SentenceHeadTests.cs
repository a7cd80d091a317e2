using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn.Captions;

[TestClass]
public sealed class SentenceHeadTests
{
    private static readonly string[] Sentences = ["the dog runs far", "a dog"];

    [TestMethod]
    public void Labels_AreEncodedAsTheNumbersOfTheirWords_WithTheBoundaryUnlessCutOff()
    {
        using var scope = NewDisposeScope();
        var head = new SentenceHead(
            new HeadDescription("Sentence", 4, new KeyNames("String", ["dog", "the", "runs"])), number => Sentences[number]);
        var encoded = head.Encode(tensor(new float[] { 0, 1 }));
        CollectionAssert.AreEqual(new long[] { 2, 3 }, encoded.shape);
        CollectionAssert.AreEqual(new long[] { 3, 2, 4, Vocabulary.Unknown, 2, Vocabulary.Boundary }, encoded.data<long>().ToArray());
        CollectionAssert.AreEqual(
            new long[] { 3, 2, 4, 0, 2, 0, SentenceHead.NoWord, SentenceHead.NoWord },
                new SentenceHead(head.Description, number => number == 0 ? "the dog runs" : "dog")
                .Encode(tensor(new float[] { 0, 1 })).data<long>().ToArray());
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void OutputsThatAreNoNumbers_GiveNothing(float output)
    {
        AssertRefused<ReadOnlyMemory<char>>(0, output);
        AssertRefused<float>(1, output);
    }

    private static void AssertRefused<T>(int column, float output)
    {
        T value = default!;
        float[] outputs = [output, 0];
        var getter = (ValueGetter<T>)new SentenceHead(new HeadDescription("Sentence", 2))
            .Getters(() => outputs, () => "Column 'X', row 7")[column];
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => getter(ref value)).Message, "Column 'X', row 7: the network's output is");
    }
}
