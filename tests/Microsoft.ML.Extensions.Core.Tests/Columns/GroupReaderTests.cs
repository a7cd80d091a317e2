using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class GroupReaderTests
{
    [TestMethod]
    public void Group_IsTheRawKey_AndZeroWhereItIsMissing()
    {
        var ml = new MLContext(1);
        var mapping = ml.Transforms.Conversion.MapValueToKey("X").Fit(Rows.OfTexts("a", "b"));
        CollectionAssert.AreEqual(new ulong[] { 2, 1, 0, 2 }, Groups(mapping.Transform(Rows.OfTexts("b", "a", "unheard", "b"))));
    }

    [TestMethod]
    public void Text_IsRefusedWithWhatToDo()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Groups(Rows.OfTexts("a")));
        StringAssert.Contains(e.Message, "Group column 'X' must be a key");
        StringAssert.Contains(e.Message, "MapValueToKey");
    }

    [TestMethod]
    public void MissingColumn_IsNamed()
    {
        using var cursor = Rows.OfTexts("a").Open();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GroupReader.Create(cursor, "Nope")).Message,
            "Group column 'Nope' was not found");
    }

    private static ulong[] Groups(IDataView data)
    {
        using var cursor = data.Open();
        var group = GroupReader.Create(cursor, "X");
        var groups = new List<ulong>();
        while (cursor.MoveNext())
        {
            groups.Add(group());
        }
        return [.. groups];
    }
}
