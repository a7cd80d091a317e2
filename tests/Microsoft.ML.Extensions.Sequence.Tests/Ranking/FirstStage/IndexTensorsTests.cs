using Microsoft.ML.Extensions.Persistence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class IndexTensorsTests
{
    private static readonly (string Name, Func<torch.Tensor> Value)[] s_right =
    [
        ("ids", () => torch.tensor("xy"u8.ToArray())), ("ids.ends", () => torch.tensor(new long[] { 1, 2 })),
        ("terms", () => torch.tensor("abb"u8.ToArray())), ("terms.ends", () => torch.tensor(new long[] { 1, 3 })),
        ("documents.ends", () => torch.tensor(new long[] { 2, 2 })), ("documents.terms", () => torch.tensor(new[] { 1, 0 })),
        ("documents.frequencies", () => torch.tensor(new[] { 2, 1 })),
    ];

    [TestMethod]
    public void AnIndexComesBackAsItWas()
    {
        var (index, documents) = LexicalSearcherTests.Random(3, 100, fields: 2);
        index.Remove(documents[4].Id);
        var texts = index.Ids.Select(id => $"é {id}").ToArray();
        var (read, readTexts, _) = IndexTensors.Read(IndexTensors.Write(index, [("t", texts)]), 2, ["t"]);
        CollectionAssert.AreEqual(index.Ids.ToArray(), read.Ids.ToArray());
        CollectionAssert.AreEqual(texts, readTexts[0]);
        Assert.AreEqual(index.Words(1), read.Words(1));
        var options = new LexicalOptions { Feedback = new() };
        CollectionAssert.AreEqual(Found(index), Found(read));

        string[] Found(InvertedIndex of) =>
            [.. new LexicalSearcher(of, options).Search(["t2", "t9"], 50).Select(document => document.ToString())];
    }

    [TestMethod]
    public void AnEmptyIndexComesBack() => Assert.AreEqual(0, IndexTensors.Read(IndexTensors.Write(new(1), []), 1, []).Index.Documents);

    [TestMethod]
    public void TheRightFileIsRead()
    {
        var (index, _, _) = IndexTensors.Read(File(), 1, []);
        Assert.AreEqual((2, 2L, 3L), (index.Documents, index.Frequency("bb"), index.Words(0)));
    }

    [TestMethod]
    public void WhatContradictsItselfIsRefused()
    {
        Refused("'terms' is missing", File(without: "terms"));
        Refused("'extra' is unknown", File(("extra", () => torch.tensor(1))));
        Refused("'documents.terms' is I64[2], and should be Int32[n]", File(("documents.terms", () => torch.tensor(new long[] { 1, 0 }))));
        Refused("ids are empty or come twice", File(("ids", () => torch.tensor("xx"u8.ToArray()))));
        Refused("ids are empty or come twice", File(("ids.ends", () => torch.tensor(new long[] { 2, 2 }))));
        Refused("terms are empty or come twice", File(("terms.ends", () => torch.tensor(new long[] { 3, 3 }))));
        Refused("says that a text ends at byte 9", File(("ids.ends", () => torch.tensor(new long[] { 9, 2 }))));
        Refused("'ids' has 2 bytes, of which 1 belong to texts", File(("ids.ends", () => torch.tensor(new long[] { 0, 1 }))));
        Refused("2 ids and 1 documents", File(("documents.ends", () => torch.tensor(new long[] { 2 }))));
        Refused("do not have the 2 terms", File(("documents.ends", () => torch.tensor(new long[] { 1, 1 }))));
        Refused("'x' ends before it begins", File(("documents.ends", () => torch.tensor(new long[] { 3, 2 }))));
        Refused("'x' ends before it begins", File(("documents.ends", () => torch.tensor(new long[] { -1, 2 }))));
        Refused("'x' has a term twice, or one that is not there", File(("documents.terms", () => torch.tensor(new[] { 1, 1 }))));
        Refused("'x' has a term twice, or one that is not there", File(("documents.terms", () => torch.tensor(new[] { 1, 2 }))));
        Refused("'x' has a term less often than once", File(("documents.frequencies", () => torch.tensor(new[] { 1, 0 }))));
        Refused("3 frequencies of 2 terms in 1 fields", File(("documents.frequencies", () => torch.tensor(new[] { 1, 1, 1 }))));
        Refused("more than 2147483647 words", File(("documents.frequencies", () => torch.tensor(new[] { int.MaxValue, 1 }))));
    }

    private static void Refused(string part, byte[] file) =>
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => IndexTensors.Read(file, 1, [])).Message, part);

    private static byte[] File((string Name, Func<torch.Tensor> Value)? other = null, string? without = null)
    {
        using var scope = torch.NewDisposeScope();
        var tensors = s_right.Where(tensor => tensor.Name != other?.Name && tensor.Name != without).ToList();
        if (other is { } changed)
        {
            tensors.Add(changed);
        }
        return Safetensors.Write(tensors.Select(tensor => (tensor.Name, tensor.Value())));
    }
}
