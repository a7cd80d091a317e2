using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence.Tests.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

/// <summary>Numbers are read, learned from, saved and told alike where the user's culture writes them with a comma.</summary>
[TestClass]
public sealed class CultureTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void TrainingAndSaving_GiveTheSameModel()
    {
        Assert.AreEqual(Convert.ToHexString(Model()), Convert.ToHexString(WithCommas(Model)));

        byte[] Model()
        {
            var ml = new MLContext(1);
            var table = SeriesTable.Load(ml, SeriesTable.Sines(60, noise: 0.5));
            var pipeline = ml.Transforms.Sequences.ForecastWindow(["First"], 12, 4)
                .Append(ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { Quantiles = [0.25, 0.75] }));
            using var model = pipeline.Fit(table);
            using var memory = new MemoryStream();
            ml.Model.Save(model, table.Schema, memory);
            memory.Position = 0;
            using var loaded = (IDisposable)ml.Model.Load(memory, out _);
            return [.. ((ITransformer)loaded).Transform(table).Vectors("Score").SelectMany(row => row).SelectMany(BitConverter.GetBytes)];
        }
    }

    [TestMethod]
    public void Messages_HoldTheNumbersOfEveryCulture()
    {
        StringAssert.Contains(WithCommas(() => Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions(), new ForecastOptions { Quantiles = [0.75, 0.25] })).Message),
                "Quantiles is 0.75, 0.25");
        var options = SeriesTable.Small();
        options.Training.ValidationFraction = 0.5;
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(20));
        var pipeline = _ml.Transforms.Sequences.ForecastWindow(["First"], 6, 2).Append(_ml.Forecasting.Trainers.ParaRnn(options));
        StringAssert.Contains(
            WithCommas(() => Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.Fit(table)).Message),
                "Training.ValidationFraction 0.5 of 13 rows");
    }

    [TestMethod]
    public void TsFile_IsReadAsItIsWritten()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path,
                "@problemName toy\n@timeStamps false\n@dimensions 1\n@equalLength true\n@seriesLength 3\n@classLabel true a b\n@data\n1.5,-2.25,1e-3:a\n", Encoding.UTF8);
            CollectionAssert.AreEqual(
                new[] { 1.5f, -2.25f, 1e-3f }, WithCommas(() => _ml.Data.LoadFromTsFile(path).Vectors("Features")[0]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static T WithCommas<T>(Func<T> run)
    {
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator, commas.NumberFormat.NegativeSign) = (
            ",", ".", "\u2212");
        CultureInfo.CurrentCulture = commas;
        try
        {
            Assert.AreEqual("\u22121,5", (-1.5).ToString(CultureInfo.CurrentCulture));
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
