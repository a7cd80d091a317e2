namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Saves that this program makes over and over when started by a test, until it is killed.</summary>
internal static class SaveVictim
{
    public const string Command = "save-victim";

    /// <summary>Loads the model of a file and saves it into another, again and again.</summary>
    public static void Run(string[] arguments)
    {
        var ml = new MLContext(1);
        var model = ml.Model.Load(arguments[1], out var schema);
        while (true)
        {
            ml.Model.SaveAtomically(model, schema, arguments[2]);
        }
    }
}
