using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class TableFileTests
{
    [TestMethod]
    [DataRow("a,b,class\n1.5,-2,yes\n3e0,4,no\n")]
    [DataRow("a;b;class\n1.5;-2;yes\n3e0;4;no")]
    [DataRow("a\tb\tclass\r\n1.5\t-2\tyes\r\n3e0\t4\tno\r\n")]
    [DataRow("a|b|class\n1.5|-2|yes\n3e0|4|no\n")]
    [DataRow("a,b,class,\n1.5,-2,yes,\n3e0,4,no,\n")]
    [DataRow("a,b,class\n1.5,-2,yes,\n3e0,4,no,,\n")]
    [DataRow("\"a\", \"b\" ,class\n\n \"1.5\" ,-2,yes\n\n3e0, 4 ,no\n \n")]
    public void Table_OfEverySeparator_HasItsColumns(string text)
    {
        var columns = Read(text);
        CollectionAssert.AreEqual(new[] { "a", "b", "class" }, columns.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1.5f, 3 }, columns[0].Numbers());
        CollectionAssert.AreEqual(new[] { -2f, 4 }, columns[1].Numbers());
        Assert.IsNull(columns[2].Numbers());
        CollectionAssert.AreEqual(new[] { "yes", "no" }, columns[2].Cells);
    }

    [TestMethod]
    public void Quotes_HoldSeparatorsLineEndsAndQuotes()
    {
        var columns = Read("\"kind, or \"\"type\"\"\",b\n\"two\nlines\",5\" pipe\nx,\n");
        CollectionAssert.AreEqual(new[] { "kind, or \"type\"", "b" }, columns.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "two\nlines", "x" }, columns[0].Cells);
        CollectionAssert.AreEqual(new[] { "5\" pipe", "" }, columns[1].Cells);
        CollectionAssert.AreEqual(new[] { 2, 4 }, columns[1].Lines);
    }

    // The names hold both; the second row tells.
    [TestMethod]
    public void SeparatorOfTheHeader_IsTheOneThatFitsTheRows()
    {
        CollectionAssert.AreEqual(new[] { "size, in m", "b" }, Read("size, in m;b\n1;2\n").Select(column => column.Name).ToArray());
        Refused("a,b;c,d\n1\n", "line 1: it cannot be told which of ',', ';', tab and '|' separates the columns");
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("nan")]
    [DataRow("N/A")]
    [DataRow("#N/A")]
    [DataRow("None")]
    [DataRow("-")]
    [DataRow(".")]
    [DataRow("?")]
    [DataRow("")]
    [DataRow("NULL")]
    [DataRow("<NA>")]
    public void MissingNumber_IsNaNAndNoText(string cell)
    {
        CollectionAssert.AreEqual(new[] { 1f, float.NaN, 3 }, Read($"a,b\n1,x\n{cell},y\n3,z\n")[0].Numbers());
        Assert.IsTrue(TableColumn.IsMissing(cell));
    }

    [TestMethod]
    [DataRow("\"1,5\"")]
    [DataRow("12.5%")]
    [DataRow("\"1,234.50\"")]
    [DataRow("\"1.234,50\"")]
    [DataRow("1 234")]
    [DataRow("1'234")]
    [DataRow("$5")]
    [DataRow("5 €")]
    [DataRow("(3.5)")]
    [DataRow("\u22125")]
    public void NumberOfAnotherNotation_IsNamedWithItsCell(string cell)
    {
        var plain = cell.Trim('"');
        foreach (var text in new[] { $"a,b\n{cell},x\n{cell},y\n", $"a,b\n{cell},x\n2,y\n" })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<UsageException>(() => Read(text)[0].Numbers()).Message,
                $"line 2, row 1, column 1: there is no number of the plain form but '{plain}'; write it with a decimal point");
        }
    }

    [TestMethod]
    [DataRow("x")]
    [DataRow("inf")]
    [DataRow("Infinity")]
    [DataRow("1e99")]
    [DataRow("0x1F")]
    public void TextAmongNumbers_IsNamedWithItsCell(string cell) => StringAssert.Contains(
        Assert.ThrowsExactly<UsageException>(() => Read($"c,a\np,1\nq,2\n\nr,{cell}\n")[1].Numbers()).Message,
        $"line 5, row 3, column 2: there is no number but '{cell}', where 2 of the column's 3 cells are numbers");

    [TestMethod]
    [DataRow("30-39")]
    [DataRow("2020-01-01")]
    [DataRow("01.02.2020")]
    [DataRow("12:30")]
    [DataRow("A1")]
    [DataRow("1.2.3.4")]
    public void Texts_WithDigits_AreTexts(string cell) => Assert.IsNull(Read($"a,b\n{cell},1\n?,2\n")[0].Numbers());

    [TestMethod]
    [DataRow("", "is empty, expected a table with a header")]
    [DataRow("\n \n", "is empty")]
    [DataRow("a,b\n", "has no rows after the header")]
    [DataRow("a,b", "has no rows after the header")]
    [DataRow("a,b\n1,2\n3\n", "line 3: there are 1 values and 2 columns")]
    [DataRow("a,b\n1,2,3\n", "line 2: there are 3 values and 2 columns")]
    [DataRow("a,a\n1,2\n", "has 2 columns 'a'")]
    [DataRow("1.2882,yes\n0.5,no\n", "line 1, column 1: '1.2882' is a number, expected a name; the file needs a header")]
    [DataRow("a,b\n\"1,2\n3,4\n", "line 2: a quote is opened and never closed")]
    [DataRow("a,b\n\"1\"x,2\n", "line 2: there is text after the closing quote of '1'")]
    [DataRow("a,b\n1,\0\n", "has NUL characters")]
    public void FileThatIsNoTable_IsRefusedWithItsPath(string text, string expected) => Refused(text, expected);

    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16")]
    [DataRow("utf-16BE")]
    [DataRow("utf-32")]
    public void FileWithAByteOrderMark_IsRead(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        using var file = new TempFile([.. encoding.Preamble, .. encoding.GetBytes("größe,b\n1,2")]);
        var columns = TableFile.Read(file.Path).Columns;
        Assert.AreEqual("größe", columns[0].Name);
        CollectionAssert.AreEqual(new[] { 2f }, columns[1].Numbers());
    }

    [TestMethod]
    public void FileOfAnotherEncodingFolderAndMissingFile_AreRefused()
    {
        using var file = new TempFile(Encoding.Latin1.GetBytes("größe,b\n1,2"));
        StringAssert.Contains(
            Assert.ThrowsExactly<UsageException>(() => TableFile.Read(file.Path)).Message, $"{file.Path} is not UTF-8 text");
        StringAssert.Contains(Assert.ThrowsExactly<UsageException>(() => TableFile.Read(Path.GetTempPath())).Message, "is a folder");
        StringAssert.Contains(
            Assert.ThrowsExactly<UsageException>(() => TableFile.Read(file.Path + "x")).Message, $"there is no file '{file.Path}x'");
    }

    [TestMethod]
    public void LongLine_IsReadWhole()
    {
        var columns = Read($"{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"c{i}"))}\n{string.Join(',', Enumerable.Range(0, 20_000))}\n");
        Assert.HasCount(20_000, columns);
        CollectionAssert.AreEqual(new[] { 19_999f }, columns[^1].Numbers());
    }

    private static void Refused(string text, string expected)
    {
        using var file = new TempFile(text);
        var error = Assert.ThrowsExactly<UsageException>(() => TableFile.Read(file.Path));
        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, file.Path);
    }

    private static IReadOnlyList<TableColumn> Read(string text)
    {
        using var file = new TempFile(text);
        return TableFile.Read(file.Path).Columns;
    }
}
