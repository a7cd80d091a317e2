using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Training;

[TestClass]
public sealed class TextRowsTests
{
    private static readonly TransformerTokenizer Tokenizer = TransformerTokenizer.OfCharacters(["a", "b", "c", "d", "e", "f", "g"]);

    [TestMethod]
    [DataRow(3, "abcd defg ab")]
    [DataRow(4, "abcde efg ab")]
    [DataRow(6, "abcdefg ab")]
    [DataRow(100, "abcdefg ab")]
    [DataRow(1, "ab bc cd de ef fg ab")]
    public void Windows_PredictEveryTokenButATextsFirstOnce(int context, string expected)
    {
        var windows = Rows("abcdefg", "", "c", "ab").Windows(Tokenizer, context, _ => true);
        Assert.AreEqual(expected, string.Join(" ", windows.Select(window => Tokenizer.Decode(window))));
    }

    [TestMethod]
    public void Windows_AreOfTheRowsAskedFor()
    {
        var windows = Rows("abc", "def", "fg").Windows(Tokenizer, 5, row => row != 1);
        Assert.AreEqual("abc fg", string.Join(" ", windows.Select(window => Tokenizer.Decode(window))));
    }

    [TestMethod]
    public void WindowsBeyondTheMemoryBudget_AreReadAgain()
    {
        var rows = Rows("abcdefg", "ba", "gfe");
        var columns = new ExampleColumns(
            new InputColumn("Text", InputKind.Tokens, 1, 0, 7), "Text", null, RegressionTask.Instance, MissingValues.Error);
        var data = ExampleData.Read(() => new TokenWindowReader(rows.Windows(Tokenizer, 3, _ => true)), columns, 1, () => { });
        Assert.IsFalse(data.InMemory);
        Assert.AreEqual(4, data.Labels.Rows);
        Assert.AreEqual((3 + 3 + 1 + 2) / 4.0, data.MeanWeight, 1e-12);
        for (var pass = 0; pass < 2; pass++)
        {
            var read = data.Blocks().SelectMany(
                block => Enumerable.Range(0, block.Store.Count).Select(row => string.Join(",", block.Store.Values(row).ToArray())));
            CollectionAssert.AreEqual(new[] { "1,2,3,4", "4,5,6,7", "2,1", "7,6,5" }, read.ToArray());
        }
    }

    private static TextRows Rows(params string[] texts) =>
        new(new MLContext(1).Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text })), "Text", () => { });

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }
}
