using Microsoft.ML;
using ModelConsumer;

// A program of somebody who has a model file and ML.NET, and does not know who made the model.
if (args is not [var modelFile, var rowsFile])
{
    Console.Error.WriteLine("usage: ModelConsumer model.zip rows.idv");
    return 1;
}
try
{
    var ml = new MLContext();
    var model = ml.Model.Load(modelFile, out _);
    ScorePrinter.Print(model.Transform(ml.Data.LoadFromBinary(rowsFile)), Console.Out);
    return 0;
}
catch (Exception error)
{
    Console.Error.WriteLine($"error: {error.GetBaseException().Message.ReplaceLineEndings(" ")}");
    return 1;
}
