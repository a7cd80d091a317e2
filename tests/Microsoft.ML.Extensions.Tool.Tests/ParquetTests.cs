using Parquet;
using Parquet.Serialization;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>Parquet files are read as the same table in text is, and what cannot be read is refused by name.</summary>
[TestClass]
public sealed class ParquetTests
{
    private readonly ToolFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void Rows_AreThoseOfTheTextFile_AcrossGroups()
    {
        var rows = Enumerable.Range(0, 60).Select(row => new Row
        {
            Size = row % 7 == 0 ? null : row / 3.0,
            Count = row % 5,
            Town = row % 11 == 0 ? null : $"town {row % 3}",
            Open = row % 2 == 0,
            Price = (row % 5 * 2f) + (row % 3),
        }).ToArray();
        var file = Write("t.parquet", rows, groupRows: 16);
        var text = _folder.WriteLines("t.csv", rows.Select(row => FormattableString.Invariant(
            $"{row.Size},{row.Count},{row.Town},{(row.Open ? "true" : "false")},{row.Price}")).Prepend("Size,Count,Town,Open,Price"));
        CollectionAssert.AreEqual(Cells(new CsvRows(text, new ReadSettings())), Cells(new ParquetRows(file)));

        string[] options = ["--trainer", "LightGbm", "-v", "q", "-o", _folder.Path, "--force"];
        var fromText = ToolFolder.Succeed(["train", "regression", "-d", text, .. options]);
        var fromParquet = ToolFolder.Succeed(["train", "regression", "-d", file, .. options]);
        Assert.AreEqual(WithoutTime(fromText), WithoutTime(fromParquet));
        Assert.HasCount(61, ToolFolder.Succeed("predict", "-m", _folder.Of("T/T.zip"), "-d", file).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // The file says that a column of digits is text.
    [TestMethod]
    public void Digits_InAColumnOfTexts_AreACategory()
    {
        var file = Write("t.parquet", Enumerable.Range(0, 40).Select(row => new Code { Zip = $"{10_000 + (row % 4)}", Sales = row % 4 }).ToArray(), 40);
        Assert.MatchesRegex(@"Zip +│ category", ToolFolder.Succeed("train", "regression", "-d", file, "--trainer", "LightGbm", "-o", _folder.Path));
    }

    [TestMethod]
    public void WhatIsNotRead_IsRefusedByName()
    {
        Assert.Contains("column 'Values' is nested", Refused(Write("list.parquet", new[] { new Listed { Values = [1, 2], Sales = 1 } }, 1)));
        Assert.Contains("column 'Bytes' is of bytes", Refused(Write("bytes.parquet", new[] { new Binary { Bytes = [1, 2], Sales = 1 } }, 1)));
        Assert.Contains("is damaged, or no Parquet file", Refused(_folder.Write("text.parquet", "a,b\n1,2\n")));
        Assert.Contains("there is no file", Refused(_folder.Of("none.parquet")));
    }

    [TestMethod]
    public void DamagedBytes_AreRefused()
    {
        var whole = File.ReadAllBytes(Write("t.parquet", Enumerable.Range(0, 100).Select(row => new Code { Zip = $"{row}", Sales = row }).ToArray(), 50));
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var change = 0; change < 4; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            var damaged = _folder.Of("damaged.parquet");
            File.WriteAllBytes(damaged, trial % 4 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                Cells(new ParquetRows(damaged));
            }
            catch (Samples.UsageException error)
            {
                Assert.Contains("damaged.parquet", error.Message);
            }
        }
    }

    private static string[] Cells(RowReader reader)
    {
        using (reader)
        {
            var cells = new List<string>(reader.Names);
            while (reader.Read())
            {
                cells.AddRange(reader.Names.Select((_, column) => reader.Cell(column).ToString()));
            }
            return [.. cells];
        }
    }

    private static string WithoutTime(string output) => string.Join('\n', output.Split('\n').Where(line => !line.StartsWith("fit_seconds", StringComparison.Ordinal)));

    private static string Refused(string file) => ToolFolder.Fail("train", "regression", "-d", file, "--label-col", "Sales");

    private string Write<T>(string name, IReadOnlyCollection<T> rows, int groupRows) where T : class, new()
    {
        using var stream = File.Create(_folder.Of(name));
        ParquetSerializer.SerializeAsync(rows, stream, new ParquetOptions { RowGroupSize = groupRows }).GetAwaiter().GetResult();
        return _folder.Of(name);
    }

    public sealed class Row
    {
        public double? Size { get; set; }

        public int Count { get; set; }

        public string? Town { get; set; }

        public bool Open { get; set; }

        public float Price { get; set; }
    }

    public sealed class Code
    {
        public string Zip { get; set; } = "";

        public float Sales { get; set; }
    }

    public sealed class Listed
    {
        public float[] Values { get; set; } = [];

        public float Sales { get; set; }
    }

    public sealed class Binary
    {
        public byte[] Bytes { get; set; } = [];

        public float Sales { get; set; }
    }
}
