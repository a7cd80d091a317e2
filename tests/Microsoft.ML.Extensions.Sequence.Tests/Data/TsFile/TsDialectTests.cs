using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.TsFile;

/// <summary>Files as the writers of the format make them, and headers that contradict their data.</summary>
[TestClass]
public sealed class TsDialectTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<TempFile> _files = [];

    [TestCleanup]
    public void DeleteFiles() => _files.ForEach(file => file.Dispose());

    // aeon ends every channel with ':', label or none; sktime does so only where there are several channels.
    [TestMethod]
    [DataRow("@problemName a b\n@timestamps false\n@missing False\n@univariate true\n@equalLength true\n@seriesLength 3\n@targetlabel false\n@data\n1.0,2.0,3.0:\n4.0,5.0,6.0:\n", "1 2 3|4 5 6", null)]
    [DataRow("# a note\n# on two lines\n@problemName d\n@timestamps false\n@missing True\n@univariate false\n@dimension 2\n@equalLength true\n@seriesLength 2\n@targetlabel false\n@data\n1.0,NaN:4.0,5.0:\n", "1 4 NaN 5", null)]
    [DataRow("@problemName d\n@timestamps false\n@missing False\n@univariate false\n@dimension 2\n@equalLength false\n@targetlabel false\n@data\n1.0,2.0:4.0,5.0:\n1.0:2.0:\n", "1 4 2 5|1 2", null)]
    [DataRow("@problemName d\n@timestamps false\n@missing False\n@univariate true\n@equalLength true\n@seriesLength 2\n@classLabel true 0 1\n@data\n1.0,2.0:1\n4.0,5.0:0\n", "1 2|4 5", "1|0")]
    [DataRow("@problemName d\n@timestamps false\n@missing False\n@univariate true\n@equalLength true\n@seriesLength 2\n@targetlabel true\n@data\n1.0,2.0:0.25\n4.0,5.0:-1e-05\n", "1 2|4 5", "0.25|-1E-05")]
    [DataRow("@problemName d\n@timestamps false\n@univariate true\n@equalLength true\n@seriesLength 3\n@classLabel false\n@data\n1.0,2.0,3.0\n4.0,5.0,6.0\n", "1 2 3|4 5 6", null)]
    [DataRow("@problemName d\n@timestamps false\n@univariate false\n@equalLength true\n@seriesLength 2\n@classLabel false\n@data\n1.0,2.0:4.0,5.0:\n7.0,8.0:1.0,2.0:\n", "1 4 2 5|7 1 8 2", null)]
    [DataRow("@problemName d\n@timestamps false\n@univariate false\n@equalLength true\n@seriesLength 2\n@classLabel true a b\n@data\n1.0,2.0:4.0,5.0:a\n7.0,8.0:1.0,2.0:NaN\n", "1 4 2 5|7 1 8 2", "a|")]
    [DataRow("@problemName d\n@timestamps false\n@univariate true\n@equalLength true\n@seriesLength 2\n@classLabel true a b\n@data\n1.0,2.0:NaN\n7.0,8.0:?\n", "1 2|7 8", "|")]
    [DataRow("@problemName d\n@timestamps false\n@univariate false\n@equalLength false\n@classLabel true 1 2\n@data\n1.0,2.0:4.0,5.0:2\n7.0:1.0:1\n", "1 4 2 5|7 1", "2|1")]
    [DataRow("@problemName d\n@timeStamps false\n@univariate true\n@seriesLength 2\n@class_label false\n@data\n1.0,2.0\n", "1 2", null)]
    [DataRow("@problemName d\n@timestamps false\n@univariate true\n@equalLength true\n@seriesLength 0\n@classLabel true a\n@data\n1,2:a\n",
        "1 2", "a")]
    [DataRow("@problemName d\n@timestamps false\n@univariate true\n@equalLength false\n@seriesLength -1\n@classLabel true a\n@data\n1,2:a\n3:a\n", "1 2|3", "a|a")]
    public void FileOfAWriter_IsReadAsItWasWritten(string text, string series, string? labels)
    {
        var view = Load(text);
        Assert.AreEqual(series, string.Join('|', view.Vectors("Features").Select(row => string.Join(' ', row.Select(Text)))));
        Assert.AreEqual(labels, Labels(view));
    }

    [TestMethod]
    [DataRow("@problemName: x\n@univariate: true\n@equalLength: true\n@targetLabel: true\n@data\n1,2:0.5\n3,4:1.5\n", "0.5|1.5")]
    [DataRow("@univariate:true\n@classLabel:true a b\n@data\n1,2:b\n", "b")]
    [DataRow("@UNIVARIATE TRUE\n@CLASSLABEL True A B\n@DATA\n1,2:A\n", "A")]
    [DataRow("@univariate\ttrue\n@classLabel\ttrue\ta\tb\n@data\n1,\t2\t:\tb\n", "b")]
    [DataRow("@univariate true\n@classLabel true Standing Running\n@data\n1,2:standing\n3,4:RUNNING\n", "Standing|Running")]
    [DataRow("@univariate true\n@classLabel true Running fast Walking fast\n@data\n1,2:Running fast\n3,4:walking  fast\n",
        "Running fast|Walking fast")]
    [DataRow("@univariate true\n@classLabel true\n@data\n1,2:any text\n3,4:more\n5,6:?\n", "any text|more|")]
    [DataRow("@classLabel true a\n@classLabel true a\n@problemName x\n@problemName y\n@univariate true\n@data\n1,2:a", "a")]
    public void HeaderLine_IsReadInEveryCommonForm(string text, string labels) => Assert.AreEqual(labels, Labels(Load(text)));

    [TestMethod]
    [DataRow("@relation x\n@attribute a numeric\n@attribute target {1,2}\n\n@data\n1.5,1\n",
        "line 1: got '@relation x': this is an ARFF file (@relation, @attribute)")]
    [DataRow("% note\n@Attribute a numeric\n@DATA\n1.5,1\n", "line 2: got '@Attribute a numeric': this is an ARFF file")]
    [DataRow("@frequency daily\n@data\nT1:1,2\n", "line 1: got '@frequency daily': this is a .tsf file")]
    [DataRow("@univariate true\n@dimesion 1\n@data\n1,2\n",
        "line 2: '@dimesion 1' is not a known header line of a .ts file; known are @problemName, @timeStamps,")]
    [DataRow("@univariate=true\n@data\n1,2\n", "line 1: '@univariate=true' is not a known header line")]
    [DataRow("@univariate true # one channel\n@data\n1,2\n", "line 1: got 'true # one channel' for @univariate, expected true or false")]
    [DataRow("@targetLabel true 3\n@data\n1,2:1\n", "line 1: got 'true 3' for @targetlabel, expected true or false")]
    [DataRow("@classLabel false a b\n@data\n1,2:1\n", "line 1: got 'false a b' for @classlabel")]
    [DataRow("@missing\n@data\n1,2\n", "line 1: got '' for @missing, expected true or false")]
    [DataRow("@seriesLength -2\n@data\n1,2\n", "line 1: got '-2' for @serieslength, expected a whole number above 0")]
    [DataRow("@dimensions 2.0\n@data\n1,2\n", "line 1: got '2.0' for @dimensions")]
    [DataRow("@data 1,2\n3,4\n", "line 1: got '@data 1,2', expected @data alone")]
    [DataRow("@univariate true\n@univariate false\n@data\n1,2\n", "line 2: '@univariate false' contradicts '@univariate true' (line 1)")]
    [DataRow("@dimension 1\n@dimensions 2\n@data\n1:2\n", "line 2: '@dimensions 2' contradicts '@dimension 1' (line 1)")]
    [DataRow("@classLabel true a b\n@class_label false\n@data\n1:a\n",
        "line 2: '@class_label false' contradicts '@classLabel true a b' (line 1)")]
    [DataRow("@univariate false\n@dimensions 1\n@data\n1,2\n", "both '@univariate false' and '@dimensions 1'")]
    [DataRow("@univariate false\n@classLabel true a\n@data\n1,2:a\n",
        "line 4: the series has 1 dimension; the header says '@univariate false' (line 1)")]
    [DataRow("@dimensions 2000000000\n@data\n1,2:3,4\n",
        "line 3: got 2 fields, fewer than dimensions; the header says '@dimensions 2000000000' (line 1)")]
    [DataRow("@univariate true\n@equalLength true\n@seriesLength 2000000000\n@data\n1,2\n",
        "line 5: the series has 2 steps, expected 2000000000; the header says '@equalLength true' (line 2), '@seriesLength 2000000000' (line 3)")]
    [DataRow("@timeStamps false\n@data\n(0,1),(1,2):a\n", "line 3: the values have time stamps '(time,value)', which are not supported")]
    [DataRow("@univariate true\n@seriesLength 3\n@data\n1,2\n",
        "line 4: the series has 2 steps, expected 3; the header says '@seriesLength 3' (line 2)")]
    public void Header_ThatIsUnknownOrContradictsItself_IsRefusedOnLoading(string text, string expected) =>
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Load(text)).Message, expected);

    [TestMethod]
    [DataRow("@univariate true\n@missing false\n@data\n1,?\n",
        "line 4: value 2 of dimension 1 is '?', expected a finite number; the header says '@missing false' (line 2); write '@missing true'")]
    [DataRow("@univariate true\n@missing false\n@data\n1,2\nNaN,2\n",
        "line 5: value 1 of dimension 1 is 'NaN', expected a finite number; the header says '@missing false'")]
    [DataRow("@univariate true\n@classLabel true a\n@data\n1,2:3,4:a\n",
        "line 4: got 3 fields separated by ':', expected 2: 1 dimensions and the class; the header says '@univariate true' (line 1)")]
    [DataRow("@univariate true\n@equalLength true\n@data\n1,2\n1,2,3\n",
        "line 5: the series has 3 steps, expected 2 because all series of this file have equal length; the header says '@equalLength true' (line 2)")]
    [DataRow("@univariate true\n@equalLength false\n@seriesLength 2\n@data\n1\n1,2,3\n",
        "line 6: the series has 3 steps, too many; the header says '@seriesLength 2' (line 3)")]
    [DataRow("@univariate true\n@classLabel false\n@data\n1,2:a\n",
        "line 4: got 2 fields separated by ':', expected 1: 1 dimensions and no label; the header says '@univariate true' (line 1), '@classLabel false' (line 2)")]
    [DataRow("@univariate true\n@classLabel true Running fast\n@data\n1,2:Running slow\n",
        "line 4: the class is 'Running slow', expected one of @classLabel: Running, fast")]
    [DataRow("@univariate true\n@classLabel true a A\n@data\n1,2:a\n1,2:A\n1,2:b\n", "line 6: the class is 'b'")]
    [DataRow("@univariate true\n@targetLabel true\n@data\n1,2:\n", "line 4: the target is '', expected a finite number or '?'")]
    public void Data_ThatContradictsTheHeader_IsRefusedOnReading(string text, string expected)
    {
        var view = Load(text);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => view.Preview()).Message, expected);
    }

    // The allocation would be of 10^9 values, of a line of 64 KB.
    [TestMethod]
    public void Dimensions_OfVeryDifferentLength_AreRefusedBeforeMemoryIsTaken()
    {
        const int count = 32_000;
        var view = Load($"@dimensions {count}\n@classLabel false\n@equalLength false\n@data\n1{new string(',', count - 1)}{new string(':', count - 1)}1\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.ThrowsExactly<FormatException>(() => view.Vectors("Features"));
        Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        StringAssert.Contains(error.Message, "dimension 2 has 1 values where dimension 1 has 32000");
    }

    [TestMethod]
    public void MissingClass_IsTheMissingKey()
    {
        const string text = "@univariate true\n@classLabel true a b\n@data\n1,2:b\n3,4:?\n5,6:NaN\n";
        CollectionAssert.AreEqual(new uint[] { 2, 0, 0 }, Load(text, labelAsKey: true).Values<uint>("Label"));
        var view = Load(text);
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        CollectionAssert.AreEqual(new uint[] { 1, 0, 0 }, keys.Values<uint>("Label"));
    }

    [TestMethod]
    public void ClassOfSeveralWords_HasNoKey()
    {
        var view = Load("@univariate true\n@classLabel true Running fast b\n@data\n1,2:Running fast\n", labelAsKey: true);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => view.Values<uint>("Label")).Message,
            "line 4: the class 'Running fast' has several words");
    }

    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16")]
    [DataRow("utf-16BE")]
    [DataRow("utf-32")]
    [DataRow("utf-32BE")]
    public void FileWithAByteOrderMark_IsRead(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = "@univariate true\r\n@classLabel true é b\r\n@data\r\n1,2:é\r\n3,4:b";
        var view = Load([.. encoding.Preamble, .. encoding.GetBytes(text)]);
        Assert.AreEqual("é|b", Labels(view));
        CollectionAssert.AreEqual(new[] { 3f, 4 }, view.Vectors("Features")[1]);
    }

    [TestMethod]
    public void FileOfAnotherEncoding_IsRefusedWithItsLine()
    {
        var text = "@univariate true\n@classLabel true\n@data\n1,2:é\n";
        Refused([.. Encoding.Latin1.GetBytes(text)], "line 4: ", "is not UTF-8 text");
        Refused([.. Encoding.Unicode.GetBytes(text)], "line 1: there are NUL characters");
        Refused([0xff, 0xfe, (byte)'@', 0, 0, 0xdc, (byte)'\n', 0], "line 1: it is not text of the encoding");
        // What is only skipped may be of any encoding.
        Assert.AreEqual("a",
            Labels(Load([.. Encoding.Latin1.GetBytes("# é\n@problemName é\n@univariate true\n@classLabel true\n@data\n1,2:a")])));
    }

    [TestMethod]
    public void PathThatIsNoFile_IsNamed()
    {
        var folder = Path.GetTempPath();
        var error = Assert.ThrowsExactly<IOException>(() => _ml.Data.LoadFromTsFile(folder));
        StringAssert.Contains(error.Message, $"'{folder}' is a folder");
        var missing = Path.Combine(folder, "nowhere-to-be-found.ts");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadFromTsFile(missing)).Message, missing);
    }

    // What is read of a changed file is not judged; that it is read, refused with its path, and neither hangs nor takes memory, is.
    [TestMethod]
    public void ChangedFiles_AreReadOrRefusedWithTheirPath()
    {
        string[] texts =
        [
            "@problemName x\n@timeStamps false\n@missing true\n@univariate false\n@dimensions 2\n@equalLength true\n@seriesLength 3\n@classLabel true a b\n@data\n1,2.5,?:4,5e1,6:a\n1,2,-3:4,NaN,6:b\n",
            "@univariate true\n@equalLength false\n@targetlabel true\n@data\n1,2,3:0.5\n4,5:1.5\n6:?\n",
            "# note\n@data\n1,2,3:4,5,6:\n7,8,9:1,2,3:\n",
        ];
        const string letters = "\0\n\r\t :,?@#%-.019aeN(\uFEFF\u00E9";
        var random = new Random(3);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (read, refused) = (0, 0);
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                File.WriteAllBytes(path, Change(Encoding.UTF8.GetBytes(texts[i % texts.Length]), Encoding.UTF8.GetBytes(letters), random));
                try
                {
                    Read(path, labelAsKey: i % 7 == 0);
                    read++;
                }
                catch (FormatException e)
                {
                    StringAssert.Contains(e.Message, path);
                    refused++;
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
        Assert.IsGreaterThan(100, read);
        Assert.IsGreaterThan(100, refused);
        Assert.IsLessThan(2000L * 1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Read(string path, bool labelAsKey)
    {
        var view = _ml.Data.LoadFromTsFile(path, labelAsKey: labelAsKey);
        foreach (var column in view.Schema)
        {
            _ = column.Type == NumberDataViewType.Single ? view.Values<float>(column.Name).Count
                : column.Type is KeyDataViewType ? view.Values<uint>(column.Name).Count
                : column.Type == TextDataViewType.Instance ? view.Texts(column.Name).Length
                : view.Vectors(column.Name).Length;
        }
    }

    // Bytes are changed, inserted and taken out, and parts are repeated, moved and cut off.
    private static byte[] Change(byte[] file, byte[] letters, Random random)
    {
        List<byte> bytes = [.. file];
        for (var changes = random.Next(1, 3); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(Math.Min(60, bytes.Count - at));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = letters[random.Next(letters.Length)];
                    break;
                case 2:
                    bytes.Insert(at, letters[random.Next(letters.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat(letters[random.Next(letters.Length)], random.Next(2000)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }

    private void Refused(byte[] file, params string[] fragments)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => Load(file).Preview());
        foreach (var fragment in fragments)
        {
            StringAssert.Contains(error.Message, fragment);
        }
    }

    private static string? Labels(IDataView view) => view.Schema.GetColumnOrNull("Label") is not { } label ? null
        : string.Join('|', label.Type == NumberDataViewType.Single ? view.Values<float>("Label").Select(Text) : view.Texts("Label"));

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);

    private IDataView Load(string text, bool labelAsKey = false) => Load(Encoding.UTF8.GetBytes(text), labelAsKey);

    private IDataView Load(byte[] bytes, bool labelAsKey = false)
    {
        var file = new TempFile(bytes);
        _files.Add(file);
        return _ml.Data.LoadFromTsFile(file.Path, labelAsKey: labelAsKey);
    }
}
