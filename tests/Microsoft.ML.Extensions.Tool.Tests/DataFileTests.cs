using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>Tables as users have them.</summary>
[TestClass]
public sealed class DataFileTests
{
    private readonly ToolFolder _folder = new();
    private readonly MLContext _ml = new(1);

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    [DataRow("a,b,class\n1,2.5,x\n3,-4e2,y\n", DisplayName = "comma")]
    [DataRow("a;b;class\n1;2.5;x\n3;-4e2;y\n", DisplayName = "semicolon")]
    [DataRow("a\tb\tclass\n1\t2.5\tx\n3\t-4e2\ty\n", DisplayName = "tab")]
    [DataRow("a|b|class\n1|2.5|x\n3|-4e2|y\n", DisplayName = "bar")]
    [DataRow("\uFEFFa,b,class\r\n1,2.5,x\r\n3,-4e2,y\r\n", DisplayName = "mark and CRLF")]
    [DataRow("a,b,class,\n1,2.5,x,\n3,-4e2,y,\n", DisplayName = "a separator at the end of lines")]
    [DataRow("a,b,class\n\n 1 , 2.5 ,\"x\"\n\n3,-4e2,y", DisplayName = "blanks, quotes, empty lines, no line end")]
    public void Dialects_GiveTheSameTable(string text)
    {
        var data = Read(text);
        CollectionAssert.AreEqual(new[] { 1f, 3 }, data.View.GetColumn<float>("a").ToArray());
        CollectionAssert.AreEqual(new[] { 2.5f, -400 }, data.View.GetColumn<float>("b").ToArray());
        CollectionAssert.AreEqual(new[] { "x", "y" }, data.View.GetColumn<string>("class").ToArray());
        Assert.HasCount(3, data.Columns);
    }

    [TestMethod]
    public void OtherEncodings_AreToldByTheirMark()
    {
        File.WriteAllText(_folder.Of("t.csv"), "größe,class\n1,x\n2,y\n", Encoding.Unicode);
        Assert.AreEqual("größe", DataFile.ForTraining(_ml, _folder.Of("t.csv"), new(), TaskName.Classification, null, null).Columns[0].Name);
    }

    [TestMethod]
    public void QuotedLineEnds_SeparatorsAndQuotes_StayInTheirCell()
    {
        var data = Read("note,class\n\"one\ntwo, \"\"three\"\"\",x\nb,y\nb,y\n");
        Assert.AreEqual("one\ntwo, \"three\"", data.View.GetColumn<string>("note").First());
    }

    [TestMethod]
    public void LineOfAnError_CountsQuotedLineEnds()
    {
        var error = Refused("a,note,class\n1,\"one\ntwo\",x\n\n2,z,y\n1,5%,x,7\n");
        Assert.Contains("line 6: there are 4 values and 3 columns; '7' belongs to none", error);
    }

    [TestMethod]
    public void MarksOfMissingValues_AreMissing()
    {
        var data = Read("a,b,class\n1,?,x\n?,red,y\nNA,null,x\nnull,blue,y\n,NaN,x\n-,-,y\n");
        CollectionAssert.AreEqual(new[] { 1, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN }, data.View.GetColumn<float>("a").ToArray());
        CollectionAssert.AreEqual(new[] { "", "red", "", "blue", "", "-" }, data.View.GetColumn<string>("b").ToArray());
        Assert.AreEqual((5L, 3L), (data.Columns[0].Missing, data.Columns[1].Missing));
    }

    [TestMethod]
    public void Signs_AreClasses()
    {
        var data = Read("a,class\n1,+\n2,-\n3,?\n");
        CollectionAssert.AreEqual(new[] { "+", "-" }, data.View.GetColumn<string>("class").ToArray());
        Assert.AreEqual((2, 1), (data.Rows, data.WithoutLabel));
    }

    [TestMethod]
    [DataRow("1,5", "line 2: '1,5' in column 'a' is no plain number")]
    [DataRow("1.234,5", "line 2: '1.234,5' in column 'a'")]
    [DataRow("1'234", "line 2: '1'234' in column 'a'")]
    [DataRow("12.5%", "line 2: '12.5%' in column 'a'")]
    [DataRow("$5", "line 2: '$5' in column 'a'")]
    [DataRow("abc", "line 2: 'abc' in column 'a' is no plain number; 2 of its 3 values are numbers")]
    public void CellsThatAreNoPlainNumber_AreRefusedByLine(string cell, string reason)
    {
        var error = Refused($"a;class\n{cell};x\n2;y\n3;x\n");
        Assert.Contains(reason, error);
        Assert.Contains("--text-cols \"a\"", error);
    }

    [TestMethod]
    public void DecimalCommas_AreNumbersWhereAskedFor_AndNeverText()
    {
        const string text = "a;class\n1,5;x\n-2,25;y\n";
        Assert.Contains("take --decimal-comma", Refused(text));
        CollectionAssert.AreEqual(new[] { 1.5f, -2.25f }, Read(text, new() { DecimalComma = true }).View.GetColumn<float>("a").ToArray());
        Assert.Contains("'1.5' in column 'a' is no plain number; with --decimal-comma write it with a decimal comma",
            Refused("a;class\n1.5;x\n2.5;y\n", new() { DecimalComma = true }));
    }

    [TestMethod]
    public void Kinds_AreInferred()
    {
        var rows = Enumerable.Range(0, 30).Select(row =>
            $"{row},id{row},{(row % 2 == 0 ? "red" : "blue")},the row {row} was very good,2024-01-{(row % 28) + 1:00},,{(row % 2 == 0 ? "x" : "y")}");
        var data = Read("n,id,color,review,day,none,class\n" + string.Join('\n', rows));
        CollectionAssert.AreEqual(
            new[] { ColumnKind.Number, ColumnKind.Name, ColumnKind.Category, ColumnKind.Text, ColumnKind.Date, ColumnKind.Empty, ColumnKind.Label },
            data.Columns.Select(column => column.Kind).ToArray());
        CollectionAssert.AreEqual(new[] { "n", "color", "review", "class" }, data.View.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void Options_IgnoreAndTurnIntoText()
    {
        var data = Read("a,b,c,class\n1,2,3,x\n4,5,6,y\n", new() { Ignored = ["b"], AsText = ["2"] });
        Assert.AreEqual((ColumnKind.Ignored, ColumnKind.Category), (data.Columns[1].Kind, data.Columns[2].Kind));
        CollectionAssert.AreEqual(new[] { "3", "6" }, data.View.GetColumn<string>("c").ToArray());
    }

    [TestMethod]
    public void Label_IsFoundByNameOrIndex()
    {
        Assert.AreEqual("b", Read("a,b,c\n1,x,3\n2,y,4\n", label: "b").Label);
        Assert.AreEqual("b", Read("a,b,c\n1,x,3\n2,y,4\n", label: "1").Label);
        Assert.AreEqual("col1", Read("1,x,3\n2,y,4\n", new() { HasHeader = false }, label: "1").Label);
        Assert.AreEqual("--label-col: FILE has no column 'clas'; the nearest are class, a, colour.", Refused("a,colour,class\n1,2,x\n2,3,y\n", label: "clas"));
        Assert.Contains("has 2 columns, so that allowed is 0 to 1", Refused("a,class\n1,x\n2,y\n", label: "2"));
    }

    [TestMethod]
    [DataRow("a,class\n1,x\n2,x\n", "the label 'class' is 'x' in every row; there is nothing to learn from it")]
    [DataRow("a,class\n1,\n2,?\n", "no row has a value in the label 'class'")]
    [DataRow("class\nx\ny\n", "no column to learn from beside the label 'class'; expected columns separated by")]
    [DataRow("a,a,class\n1,2,x\n", "has 2 columns 'a'; give them different names")]
    [DataRow("a,class\n", "has no rows after its header")]
    [DataRow("", "is empty")]
    [DataRow("\n\n", "is empty, expected a table")]
    [DataRow("a,b,class\n1,x\n", "line 2: there are 2 values and 3 columns")]
    [DataRow("1.5,2.5,x\n1,2,y\n", "'1.5' is a number, expected a name; without a header take --has-header false")]
    [DataRow("a,class\n\"1,x\n2,y\n", "a quote is not closed")]
    [DataRow("a,class\n\"1\"2,x\n2,y\n", "there is text after a closing quote")]
    [DataRow("a;b,class\n1;2,x\n3;4,y\n", "cannot be told which of ',', ';', tab and '|' separates the columns; name it with --separator")]
    [DataRow("a,cl\0ass\n1,x\n", "there is a NUL character")]
    [DataRow("a,Score\n1,x\n2,y\n", "a label cannot have the name 'Score'")]
    public void Tables_ThatCannotBeLearned_AreRefused(string text, string reason) => Assert.Contains(reason, Refused(text));

    [TestMethod]
    public void Bytes_ThatAreNoText_AreRefused()
    {
        File.WriteAllBytes(_folder.Of("t.csv"), [(byte)'a', (byte)',', (byte)'b', (byte)'\n', 0xE4, (byte)',', (byte)'1']);
        Assert.Contains("is not UTF-8 text", RefusedFile(_folder.Of("t.csv")));
        Assert.Contains("is a folder", RefusedFile(_folder.Path));
        Assert.Contains("there is no file", RefusedFile(_folder.Of("none.csv")));
        Assert.Contains("is a .xlsx file; allowed are .csv", RefusedFile(_folder.Write("t.xlsx", "PK")));
        Assert.Contains("are for tables of text", ToolFolder.Fail("train", "regression", "-d", _folder.Write("t.arff", "@data"), "--separator", "tab"));
    }

    [TestMethod]
    public void Classes_ThatAreNumbers_AndNumbersThatAreClasses_AreRefused()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 30).Select(row => $"{row % 3},{row}.5"));
        Assert.Contains("has 30 different values in 30 rows, too many for classes; for numbers take 'train regression'", Refused($"a,y\n{rows}\n"));
        Assert.Contains("the label 'y' is 'x', expected a number; for classes take 'train classification'",
            Refused("a,y\n1,x\n2,z\n", task: TaskName.Regression));
    }

    [TestMethod]
    public void Arff_IsRead()
    {
        var path = _folder.Write("t.arff", """
            % a comment
            @relation 'a b'
            @attribute 'petal length' real
            @ATTRIBUTE colour {red, 'light blue'}
            @attribute code {1, 2}
            @attribute class {x,y}
            @data
            1.5,red,1,x
            ?,'light blue',2,y
            """);
        var data = DataFile.ForTraining(_ml, path, new(), TaskName.Classification, null, null);
        CollectionAssert.AreEqual(new[] { 1.5f, float.NaN }, data.View.GetColumn<float>("petal length").ToArray());
        CollectionAssert.AreEqual(new[] { "red", "light blue" }, data.View.GetColumn<string>("colour").ToArray());
        CollectionAssert.AreEqual(new[] { "1", "2" }, data.View.GetColumn<string>("code").ToArray());
        Assert.Contains("line 4: there is a sparse row", RefusedFile(_folder.Write("s.arff", "@relation r\n@attribute a real\n@data\n{0 1}\n")));
        Assert.Contains("the type 'date' of attribute 'a'", RefusedFile(_folder.Write("d.arff", "@relation r\n@attribute a date\n@data\n")));
    }

    [TestMethod]
    public void Ts_IsRead_AndTakesNoOptionsOfTables()
    {
        var path = _folder.WriteLines("t.ts", ToolData.Series(6));
        var data = DataFile.ForTraining(_ml, path, new(), TaskName.Classification, null, null);
        Assert.AreEqual((6, "Label", true), (data.Rows, data.Label, data.IsSeries));
        Assert.Contains("has no numbers to predict", RefusedFile(path, TaskName.Regression));
        Assert.Contains("are for tables", Assert.ThrowsExactly<UsageException>(
            () => DataFile.ForTraining(_ml, path, new() { DecimalComma = true }, TaskName.Classification, null, null)).Message);
    }

    [TestMethod]
    public void Series_NeedsAValueInEveryRow() =>
        Assert.Contains("line 3: there is no value in the series 'y'", Refused("t,y\n1,1\n2,?\n3,2\n", task: TaskName.Forecasting));

    private DataSet Read(string text, ReadSettings? settings = null, string? label = null, TaskName task = TaskName.Classification) =>
        DataFile.ForTraining(_ml, _folder.Write("FILE.csv", text), settings ?? new(), task, label, null);

    private string Refused(string text, ReadSettings? settings = null, string? label = null, TaskName task = TaskName.Classification) =>
        Assert.ThrowsExactly<UsageException>(() => Read(text, settings, label, task)).Message.Replace(_folder.Of("FILE.csv"), "FILE", StringComparison.Ordinal);

    private string RefusedFile(string path, TaskName task = TaskName.Classification) =>
        Assert.ThrowsExactly<UsageException>(() => DataFile.ForTraining(_ml, path, new(), task, null, null)).Message;
}
