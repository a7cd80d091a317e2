using System.Globalization;
using Microsoft.ML.Extensions.Fuzz;
using Microsoft.ML.Extensions.Fuzz.Kinds;

if (args is [FuzzRun.Child, var name, var folder, var work, ..])
{
    var numbers = Array.ConvertAll(args[4..], text => int.Parse(text, CultureInfo.InvariantCulture));
    using var board = new Board(Path.Combine(work, "board"));
    var kind = FuzzKind.Named(name);
    var seeds = kind.Seeds(Directory.CreateTempSubdirectory("seeds-").FullName);
    MemoryMeter.Limit(2L << 30);
    var loop = new FuzzLoop(kind, new Corpus(folder), Console.WriteLine);
    loop.Run(seeds, numbers[0], numbers[1], numbers[2], board);
    return 0;
}
if (args is ["seeds", var target])
{
    SeedModels.Write(target);
    return 0;
}
return CommandLine.Run(args, Console.Out);
